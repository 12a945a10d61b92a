/**
 * Remembers a pure function's answers for short texts. The set of JSON keys that clients send is small, so nearly every call is one
 * look-up (30 ns against 3 µs). Full, it starts anew: 2,000 entries of ≤ 64 characters stay below 0.5 MB, and a caller who sends
 * random keys costs others only the work of judging theirs again. Texts of which the answer is `undefined` are not kept.
 */
export function memo<Answer>(ask: (text: string) => Answer | undefined, entries = 2_000, longest = 64) {
  const known = new Map<string, Answer>();
  return (text: string): Answer | undefined => {
    const answer = known.get(text);
    if (answer !== undefined) return answer;
    const fresh = ask(text);
    if (fresh !== undefined && text.length <= longest) {
      if (known.size >= entries) known.clear();
      known.set(text, fresh);
    }
    return fresh;
  };
}
