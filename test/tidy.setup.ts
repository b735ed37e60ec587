import { afterAll } from "vitest"
import { tidy } from "./cli/program.ts"
import "./turns.ts"

// A module is read once for all test files of a worker, this one before each: what it asks for holds for all of them.
afterAll(tidy)
