const { clearTimeout, setTimeout } = globalThis

const Immediate = setImmediate(() => {}).constructor
const isTurn = (timer: unknown): timer is NodeJS.Immediate => timer instanceof Immediate

/**
 * A timer of no milliseconds takes one turn of the event loop, and not the millisecond and more that Node makes of it. The
 * turned clock waits so three times a step until everything rests: that was two thirds of what its tests took.
 */
Object.assign(globalThis, {
  setTimeout: Object.assign(
    <A extends ReadonlyArray<unknown>>(act: (...given: A) => void, millis?: number, ...given: A) =>
      millis === 0 ? setImmediate(act, ...given) : setTimeout(act, millis, ...given),
    setTimeout
  ),
  clearTimeout: (timer: NodeJS.Timeout | NodeJS.Immediate | undefined) =>
    isTurn(timer) ? clearImmediate(timer) : clearTimeout(timer)
})
