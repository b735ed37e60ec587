import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Either } from "effect"
import * as Alerting from "../../../src/cli/Guard/Alerting.ts"
import * as Environment from "../../../src/cli/Environment.ts"
import { accountId } from "../../../src/domain/Address.ts"

const read = (values: Record<string, string>) => {
  const map = new Map(Object.entries(values))
  const provider = ConfigProvider.fromMap(map, { pathDelim: "_", seqDelim: "," })
  return Effect.runSync(
    Effect.either(Effect.withConfigProvider(Alerting.config, provider)).pipe(
      Effect.map(Either.mapLeft((error) => Environment.complaints(error, map)))
    )
  )
}

describe("who is told of trouble", () => {
  it("is whoever reads the log, after five minutes, where nothing else is set; and nobody where it is off", () => {
    expect(read({})).toEqual(Either.right({ after: Duration.minutes(5), conversation: undefined, webhook: undefined }))
    expect(read({ HOLDFAST_ALERT_AFTER: "off" })).toEqual(Either.right(undefined))
  })

  it("is a conversation by its id, and what is none is refused with how one is written", () => {
    const conversation = { account: "telegram:main", kind: "direct", id: "chat:42" }
    expect(read({ HOLDFAST_ALERT_CONVERSATION: " telegram:main/chat:42" })).toMatchObject({ right: { conversation } })
    expect(read({ HOLDFAST_ALERT_CONVERSATION: "telegram:main" })).toEqual(
      Either.left([
        'HOLDFAST_ALERT_CONVERSATION: "telegram:main" is no conversation: one is written ACCOUNT/ID, such as qq:main/c2c:7C0E'
      ])
    )
    expect(read({ HOLDFAST_ALERT_CONVERSATION: "telegram:main/c2c:1" })).toMatchObject({ left: [/telegram/] })
  })

  it("is on an account that there is, or the alarm could never sound", () => {
    const either = read({ HOLDFAST_ALERT_CONVERSATION: "telegram:main/chat:42" })
    const alerts = Either.getOrThrow(either)
    expect(Alerting.heard(alerts, [accountId("telegram", "main")])).toEqual(Either.void)
    const none = Alerting.heard(alerts, [accountId("qq", "main"), accountId("qq", "test")])
    expect(Either.mapLeft(none, (error) => Environment.complaints(error, new Map()))).toEqual(
      Either.left(["HOLDFAST_ALERT_CONVERSATION: telegram:main is no account of this process: it has qq:main, qq:test"])
    )
  })

  it("is told what is wrong with an address or a secret without either being repeated", () => {
    const told = read({ HOLDFAST_ALERT_WEBHOOK: "ftp://pl4nted", HOLDFAST_ALERT_SECRET: "pl4nted" })
    expect(told).toEqual(
      Either.left([
        "HOLDFAST_ALERT_WEBHOOK: it is no http or https address",
        "HOLDFAST_ALERT_SECRET: the secret has fewer than 16 characters"
      ])
    )
  })
})
