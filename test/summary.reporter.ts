import type { File, Reporter, Task } from "vitest"

const tests = (tasks: ReadonlyArray<Task>): ReadonlyArray<Task> =>
  tasks.flatMap((task) => (task.type === "suite" ? tests(task.tasks) : [task]))

/** Closes a run with one plain line, `Tests: N passed, N failed, N skipped`, for whoever reads only the end. */
export default class SummaryReporter implements Reporter {
  onFinished(files: Array<File> = [], errors: Array<unknown> = []): void {
    const states = files.flatMap((file) => tests([file])).map((task) => task.result?.state)
    const count = (state: string) => states.filter((each) => each === state).length
    const passed = count("pass")
    const failed = count("fail")
    // a file that could not be loaded, and an error outside every test, are failures too
    const unloaded = files.filter((file) => file.result?.state === "fail" && file.tasks.length === 0).length
    const skipped = states.length - passed - failed
    process.stdout.write(`\nTests: ${passed} passed, ${failed + unloaded + errors.length} failed, ${skipped} skipped\n`)
  }
}
