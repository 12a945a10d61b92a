/** How one try ended. */
export interface Outcome {
  /** `retry`: it may work later; `failed`: trying again would not help. */
  result: 'delivered' | 'retry' | 'failed';
  /** Of HTTP or SMTP; null: nobody answered. */
  status_code: number | null;
  /** Why not, in plain words; beside `delivered`: which addresses did not take it. */
  error: string | null;
  /** How the answer began. */
  response: string | null;
  /** How long the receiver asks us to wait, ms. */
  retry_after?: number;
  /** Addresses that took it, where there are several. */
  reached?: readonly string[];
  /** The receiver wants nothing any more: why. */
  disable?: string;
}

/** Nothing was sent, and will not be. */
export const refused = (error: string): Outcome => ({
  result: 'failed',
  status_code: null,
  error,
  response: null,
});
