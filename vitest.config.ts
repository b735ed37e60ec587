import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["./test/tidy.setup.ts"],
    reporters: ["default", "./test/summary.reporter.ts"],
    testTimeout: 60_000,
    pool: "forks",
    // what the files of one worker import is read once: that is a third of the time
    isolate: false
  }
})
