/** Completion for fish: a line for each command and option, and two functions that say where in the command line the cursor is. */
import { type Flag, type Node, nodesOf, type Wanted, wordsOf } from './words.js';

/**
 * @param installLine what gives every new shell the script
 * @returns the script, for a file of its own
 */
export function fishScript(program: Node, installLine: string): string {
  const nodes = nodesOf(program);
  return [
    head(installLine),
    tableFunction(nodes),
    ENGINE,
    ...nodes.flatMap(commandLines),
    ...optionLines(nodes),
    ...operandLines(nodes),
    '',
  ].join('\n');
}

function head(installLine: string): string {
  return `# Completion of ideogram for fish, written by: ideogram completion fish
# To have it in every new shell:  ${installLine}
`;
}

/** What each command takes: options by short and long name, with = they take a value, with + they may be repeated. */
function tableFunction(nodes: readonly Node[]): string {
  const cases = nodes.map(({ path, commands, flags }) => {
    const entries = flags.map(({ short, long, value, repeatable }) =>
      quote(`${short ?? '-'} ${long} ${value ? '=' : '.'}${repeatable ? '+' : ''}`),
    );
    const names = commands.map(({ name }) => quote(name));
    return `        case ${quote(path)}
            set -g __ideogram_commands ${names.join(' ')}
            set -g __ideogram_flags ${entries.join(' ')}`;
  });
  return `function __ideogram_command\n    set -g __ideogram_path $argv[1]\n    switch $argv[1]\n${cases.join('\n')}\n    end\nend\n`;
}

function commandLines({ path, commands }: Node): string[] {
  return commands.map(({ name, text }) =>
    line(`__ideogram_at ${quote(path)}`, `-a ${quote(quote(name))}`, describe(text)),
  );
}

/** The same option in several commands is one line. */
function optionLines(nodes: readonly Node[]): string[] {
  const places = new Map<string, string[]>();
  for (const { path, flags } of nodes) {
    for (const flag of flags) {
      const option = [...namesOf(flag), ...valueArguments(flag.value), describe(flag.text)].join(' ');
      const key = JSON.stringify([flag.long, option]);
      places.set(key, [...(places.get(key) ?? []), path]);
    }
  }
  return [...places].map(([key, paths]) => {
    const [long, option] = JSON.parse(key) as [string, string];
    return line(`__ideogram_may ${long} ${paths.map(quote).join(' ')}`, option);
  });
}

function namesOf({ short, long }: Flag): string[] {
  return [...(short ? [`-s ${short.slice(1)}`] : []), `-l ${long.slice(2)}`];
}

/** -x: nothing else, no files; -r -F: files. */
function valueArguments(value: Wanted | undefined): string[] {
  if (value === undefined) return [];
  if (value.kind === 'file' || value.kind === 'image') return ['-r -F'];
  if (value.kind === 'prompt') return [`-x -a ${quote('(__ideogram_prompt)')}`];
  const words = wordsOf(value).map(({ word }) => quote(word));
  return words.length > 0 ? [`-x -a ${quote(`(__ideogram_words ${words.join(' ')})`)}`] : ['-x'];
}

function operandLines(nodes: readonly Node[]): string[] {
  return nodes.flatMap(({ path, operands }) =>
    operands.flatMap(({ value, many }, index) => {
      const at = `__ideogram_operand ${quote(path)} ${index}${many ? ' many' : ''}`;
      if (value.kind === 'file' || value.kind === 'image') return [line(at, '-F')];
      if (value.kind === 'prompt') return [line(at, `-a ${quote('(__ideogram_prompt)')}`)];
      const words = wordsOf(value).map(({ word }) => quote(word));
      return words.length > 0 ? [line(at, `-a ${quote(words.join(' '))}`)] : [];
    }),
  );
}

function line(condition: string, ...rest: readonly string[]): string {
  return `complete -c ideogram -n ${quote(condition)} ${rest.join(' ')}`;
}

function describe(text: string): string {
  return `-d ${quote(text)}`;
}

/** A text that fish takes literally. */
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

const ENGINE = `# Reads the words in front of the cursor, once for all questions about them.
function __ideogram_read
    set -l words (commandline -opc)
    set -l line (string join -- \\n $words | string collect)
    test "$line" = "$__ideogram_line"; and return
    set -g __ideogram_line $line
    set -g __ideogram_seen
    set -g __ideogram_count 0
    set -l pending
    set -l after
    __ideogram_command ''
    for word in $words[2..-1]
        if test -n "$pending"
            set -a __ideogram_seen $pending
            set pending
        else if test -z "$after"; and test "$word" = --
            set after 1
        else if test -z "$after"; and string match -qr -- '^--' $word
            set -l flag (__ideogram_flag (string replace -r '=.*' '' -- $word))
            test -z "$flag"; and continue
            set -l parts (string split ' ' -- $flag)
            if string match -q -- '*=*' $word; or not string match -q -- '=*' "$parts[3]"
                set -a __ideogram_seen $parts[2]
            else
                set pending $parts[2]
            end
        else if test -z "$after"; and string match -qr -- '^-.' $word
            set -l letters (string split '' -- (string sub -s 2 -- $word))
            while set -q letters[1]
                set -l flag (__ideogram_flag -$letters[1])
                set -e letters[1]
                test -z "$flag"; and break
                set -l parts (string split ' ' -- $flag)
                if not string match -q -- '=*' "$parts[3]"
                    set -a __ideogram_seen $parts[2]
                else if set -q letters[1]
                    set -a __ideogram_seen $parts[2]
                    break
                else
                    set pending $parts[2]
                end
            end
        else if contains -- $word $__ideogram_commands
            __ideogram_command (string trim -- "$__ideogram_path $word")
        else
            set -g __ideogram_count (math $__ideogram_count + 1)
        end
    end
end

# The entry of an option of this command, by one of its names.
function __ideogram_flag
    for flag in $__ideogram_flags
        if contains -- $argv[1] (string split ' ' -- $flag)
            echo $flag
            return
        end
    end
end

# Is it this command?
function __ideogram_at
    __ideogram_read
    test "$__ideogram_path" = "$argv[1]"
end

# Is it one of these commands, and the option not there yet, unless it may be repeated?
function __ideogram_may
    __ideogram_read
    contains -- "$__ideogram_path" $argv[2..-1]; or return 1
    not contains -- $argv[1] $__ideogram_seen; or string match -q -- "* $argv[1] *+" $__ideogram_flags
end

# Is it this command, and its operand of this number?
function __ideogram_operand
    __ideogram_read
    test "$__ideogram_path" = "$argv[1]"; or return 1
    test $__ideogram_count -eq $argv[2]; or begin
        test "$argv[3]" = many; and test $__ideogram_count -ge $argv[2]
    end
end

# Values of an option. Behind --option= fish 3 loses the option where it has to change letters: they are offered as they are typed.
function __ideogram_words
    set -l typed (commandline -ct)
    if string match -qr -- '^--[^=]*=[^A-Z]*[a-z][^A-Z]*$' "$typed"
        string lower -- $argv
    else
        printf '%s\\n' $argv
    end
end

# A prompt is text, or @ and a file.
function __ideogram_prompt
    set -l typed (commandline -ct | string replace -r '^[\\'"]' '')
    string match -q -- '@*' $typed; or return
    for path in (__fish_complete_path (string sub -s 2 -- $typed))
        echo "@$path"
    end
end

# Written anew, everything is asked anew.
set -g __ideogram_line
complete -c ideogram -e
complete -c ideogram -f`;
