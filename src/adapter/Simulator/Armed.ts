/** The faults that are waiting to happen, in the order in which they were asked for. */
export class Armed<F extends { readonly _tag: string; readonly times?: number }> {
  private faults: ReadonlyArray<{ readonly fault: F; left: number }> = []

  arm(fault: F): void {
    this.faults = [...this.faults, { fault, left: fault.times ?? Number.POSITIVE_INFINITY }]
  }

  clear(): void {
    this.faults = []
  }

  /** The first fault of this kind that applies, without using it up. */
  find<K extends F["_tag"]>(
    tag: K,
    applies: (fault: Extract<F, { _tag: K }>) => boolean = () => true
  ): Extract<F, { _tag: K }> | undefined {
    return this.entry(tag, applies)?.fault
  }

  /** The first fault of this kind that applies; one of its `times` is spent. */
  take<K extends F["_tag"]>(
    tag: K,
    applies: (fault: Extract<F, { _tag: K }>) => boolean = () => true
  ): Extract<F, { _tag: K }> | undefined {
    const found = this.entry(tag, applies)
    if (found === undefined) return undefined
    found.entry.left -= 1
    if (found.entry.left === 0) this.faults = this.faults.filter((entry) => entry !== found.entry)
    return found.fault
  }

  private entry<K extends F["_tag"]>(tag: K, applies: (fault: Extract<F, { _tag: K }>) => boolean) {
    const isKind = (fault: F): fault is Extract<F, { _tag: K }> => fault._tag === tag
    for (const entry of this.faults) {
      if (isKind(entry.fault) && applies(entry.fault)) return { entry, fault: entry.fault }
    }
    return undefined
  }
}
