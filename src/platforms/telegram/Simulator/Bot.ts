import type { Fields } from "../../../adapter/Fields.ts"
import { array } from "../../../adapter/Fields.ts"
import { asked, defaultUpdates } from "./AllowedUpdates.ts"
import type { Arguments } from "./Arguments.ts"
import type { SimulatedBot } from "./Options.ts"
import { Polls } from "./Polls.ts"
import { UpdateQueue } from "./UpdateQueue.ts"
import type { Webhook } from "./Webhook.ts"
import type { World } from "./World.ts"

/** What the platform keeps about one bot. */
export class Bot {
  readonly queue: UpdateQueue
  readonly polls: Polls
  webhook: Webhook | undefined
  /** Unix milliseconds before which no webhook may be set again */
  nextSetWebhook = Number.NEGATIVE_INFINITY
  /** which updates it is told of */
  allowed: ReadonlySet<string> = defaultUpdates
  /** how often it called each method, by its name in lower case */
  readonly calls = new Map<string, number>()

  constructor(
    readonly config: SimulatedBot,
    world: World
  ) {
    this.queue = new UpdateQueue(world.options, world.names, world.now)
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

  setWebhook(webhook: Webhook | undefined): void {
    this.webhook = webhook
  }

  /** Remembers which updates are asked for, if the call says so. */
  allow(args: Arguments): void {
    const names = args.value("allowed_updates")
    if (Array.isArray(names)) this.allowed = asked(array(names))
  }
}
