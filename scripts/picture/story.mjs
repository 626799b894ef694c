// What is typed for the picture. Seeds make the names; nothing that is printed knows the time, the place or the account.

export const COLUMNS = 84;

/** The command that is killed as soon as the image is paid, and before it is here: the sandbox breaks its first downloads. */
export const CRASH = 'ideogram generate "a lighthouse" --seed 5 --quiet   # a crash: paid, not saved';

export const LINES = [
  'ideogram generate "a red fox reading a map" -a 16:9 --seed 7',
  'ideogram generate "a red fox" -a 17:9; echo "exit $?"',
  'ideogram generate "a red fox" -n 8 --max-cost 0.40; echo "exit $?"',
  `ideogram generate "an owl" -n 2 --json | jq -r '.images[].seed'`,
  CRASH,
  'ideogram resume',
];
