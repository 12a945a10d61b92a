/** What the analysis of a person reads of each of their actions. */
export interface BehaviourAction {
  id: string;
  /** Unix ms. */
  timestamp: number;
  action_type: string;
  service_name: string;
  method_name: string;
  success: boolean;
  error_message: string | null;
  session_id: string | null;
  platform: string | null;
  app_version: string | null;
  ip_address: string | null;
}

/** Oldest first, and by id within a millisecond: the sequence in which they were made, whatever the query's. */
export function oldestFirst(actions: readonly BehaviourAction[]): BehaviourAction[] {
  return [...actions].sort((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
