import type { Fields } from "../../../adapter/Fields.ts"
import { asked, defaultUpdates } from "./AllowedUpdates.ts"
import type { Arguments } from "./Arguments.ts"
import type { SimulatedBot } from "./Options.ts"
import { Pacing } from "./Pacing.ts"
import { Polls } from "./Polls.ts"
import { UpdateQueue } from "./UpdateQueue.ts"
import type { Webhook } from "./Webhook.ts"
import type { World } from "./World.ts"

/** That a bot types, or likes something. */
export interface Gesture {
  readonly conversation: string
  /** the chat action, or `reaction:` and the message's id */
  readonly action: string
  /** Unix milliseconds */
  readonly at: number
}

/** What the platform keeps about one bot. */
export class Bot {
  readonly queue: UpdateQueue
  readonly polls: Polls
  webhook: Webhook | undefined
  /** Unix milliseconds before which no webhook may be set again */
  nextSetWebhook = Number.NEGATIVE_INFINITY
  /** which updates it is told of */
  allowed: ReadonlySet<string> = defaultUpdates
  /** Tells whoever delivers its updates that there is something to deliver, or another place to deliver it to. */
  news: () => void = () => {}
  readonly pacing: Pacing
  /** buttons that were pressed, by the id of the query */
  readonly callbacks = new Map<string, { readonly at: number; answered: boolean }>()
  /** what it did without saying anything, in order */
  readonly gestures: Array<Gesture> = []
  /** how often it called each method, by its name in lower case */
  readonly calls = new Map<string, number>()

  constructor(
    readonly config: SimulatedBot,
    world: World
  ) {
    this.queue = new UpdateQueue(world.options, world.names, world.now)
    this.pacing = new Pacing(world.options, world.now)
    this.polls = new Polls(world, this)
  }

  get id(): string {
    return this.config.id
  }

  /** Itself, as it is shown to others. */
  get user(): Fields {
    const { id, name, username } = this.config
    return { id: Number(id), is_bot: true, first_name: name, username }
  }

  /** Whether it is told of everything that is said in groups. */
  get readsAll(): boolean {
    return this.config.readsAll ?? true
  }

  setWebhook(webhook: Webhook | undefined): void {
    this.webhook = webhook
    this.news()
  }

  /** Remembers which updates are asked for, if the call says so. */
  allow(args: Arguments): void {
    const names = args.value("allowed_updates")
    if (Array.isArray(names)) this.allowed = asked(names)
  }
}
