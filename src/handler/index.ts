export * from "./Handler.ts"
export * from "./Combinators.ts"
export * as Match from "./Match.ts"
export * from "./RateLimited.ts"
