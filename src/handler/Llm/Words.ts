/** What a handler that asks a model says itself. */
export interface Words {
  /** what was said so far is forgotten */
  readonly forgotten: string
  /** the answer was as long as it may be, and ends here */
  readonly longest: string
  /** the model does not answer, and may do so later */
  readonly away: string
  /** somebody who runs the bot has to do something */
  readonly unwell: string
  /** no more answers are paid for */
  readonly spent: string
  /** the model will not answer that */
  readonly refused: string
  /** what was said so far is more than the model takes */
  readonly tooLong: string
}

/** The words at hand. */
export const words: Readonly<Record<"en" | "zh", Words>> = {
  en: {
    forgotten: "I have forgotten what we talked about. What is next?",
    longest: "(That is as much as I may say at once. Say “go on” for more.)",
    away: "Sorry, the model that answers here cannot be reached now. Please try again later.",
    unwell: "Sorry, the model that answers here does not work, and whoever runs this bot has to look after it.",
    spent: "Sorry, what this bot may ask its model is used up for now. Please try again later.",
    refused: "Sorry, the model will not answer that.",
    tooLong: "Sorry, that is too long for me. /new makes me forget what we talked about; or ask for less at once."
  },
  zh: {
    forgotten: "之前聊的内容我已经忘记了。接下来聊什么？",
    longest: "（一次只能说这么多。想看后面的，请说“继续”。）",
    away: "抱歉，暂时联系不上回答问题的模型，请稍后再试。",
    unwell: "抱歉，回答问题的模型出了故障，需要机器人的管理员处理。",
    spent: "抱歉，这个机器人目前的模型额度已用完，请稍后再试。",
    refused: "抱歉，模型不愿回答这个问题。",
    tooLong: "抱歉，内容太长了。发送 /new 可以让我忘记之前的对话，或者请缩短你的问题。"
  }
}
