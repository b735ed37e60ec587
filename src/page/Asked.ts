/** The kinds of events that the page asks for. */
const shown = ["status", "entry", "handlers", "access", "depths", "rates"] as const

/** Where it asks what changes; what passes is only of use to it where there is somebody to talk to. */
export const live = (talks: boolean): string => `/live?events=${[...shown, ...(talks ? ["passage"] : [])].join()}`
