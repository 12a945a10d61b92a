/** How a job went on one replica: what src/jobs remembers. Times are Unix ms. */
export interface JobReport {
  job: string;
  every_ms: number;
  last_success: number | null;
  last_failure: number | null;
  /** What the last failure said. */
  error: string | null;
}
