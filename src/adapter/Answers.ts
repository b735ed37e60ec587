/** What has been answered on one line, noted at once where frames are read: a queue or a fiber could only bring it late. */
export class Answers {
  missing = false
  /** the other side has answered at least once */
  ever = false

  note(): void {
    this.missing = false
    this.ever = true
  }
}
