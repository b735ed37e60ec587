import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["./test/tidy.setup.ts"],
    reporters: ["default", "./test/summary.reporter.ts"],
    testTimeout: 60_000,
    pool: "forks",
    // most of a test's time is waiting for processes and sockets, so two cores have room for two workers
    maxWorkers: 2,
    minWorkers: 1,
    // what the files of one worker import is read once: that is a third of the time
    isolate: false
  }
})
