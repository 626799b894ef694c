/** Completion for bash 3.2 and later, as a script of its own: it needs no bash-completion, starts no process, and evaluates nothing that was typed. */
import { type Flag, type Node, nodesOf, type Wanted, wordsOf } from './words.js';

/**
 * @param installLine what gives every new shell the script
 * @returns the script, for `source`
 */
export function bashScript(program: Node, installLine: string): string {
  return `${head(installLine)}
${commandTable(program)}
${valueTable(program)}
${ENGINE}`;
}

function head(installLine: string): string {
  return `# Completion of ideogram for bash, written by: ideogram completion bash
# To have it in every new shell:  ${installLine}
# In bash 3.2 (macOS):            echo 'eval "$(ideogram completion bash)"' >> ~/.bash_profile
`;
}

/** What each command takes: options with = take a value, with + may be repeated. */
function commandTable(program: Node): string {
  const cases = nodesOf(program).map((node) => {
    const names = node.commands.map(({ name }) => name);
    const operands = node.operands.map(({ name, many }) => `${name}${many ? '+' : ''}`);
    const lines = [
      `commands=(${names.map(quote).join(' ')})`,
      `flags=(${node.flags.map((flag) => quote(flagEntry(flag))).join(' ')})`,
      `operands=(${operands.map(quote).join(' ')})`,
    ];
    return `    ${quote(node.path)})\n${lines.map((line) => `      ${line}`).join('\n')} ;;`;
  });
  return `_ideogram_command() {\n  case $1 in\n${cases.join('\n')}\n  esac\n}\n`;
}

function flagEntry({ short, long, value, repeatable }: Flag): string {
  return `${short ? `${short} ` : ''}${long}${value ? '=' : ''}${repeatable ? '+' : ''}`;
}

/** What is offered for each option and operand; what is not in it is free text. */
function valueTable(program: Node): string {
  const places = new Map<string, string[]>();
  const add = (place: string, value: Wanted | undefined): void => {
    const offer = value && offerOf(value);
    if (offer) places.set(offer, [...(places.get(offer) ?? []), place]);
  };
  for (const { path, flags, operands } of nodesOf(program)) {
    for (const { long, value } of flags) add(`${path} ${long}`, value);
    for (const { name, value } of operands) add(`${path} ${name}`, value);
  }
  const cases = [...places].map(
    ([offer, where]) => `    ${where.map(quote).join(' | ')})\n      ${offer} ;;`,
  );
  return `_ideogram_value() {\n  case "$1 $2" in\n${cases.join('\n')}\n  esac\n}\n`;
}

function offerOf(value: Wanted): string {
  if (value.kind === 'text') return '';
  if (value.kind === 'prompt') return '_ideogram_prompt';
  if (value.kind !== 'words') return '_ideogram_files';
  const words = wordsOf(value).map(({ word }) => quote(word));
  return `_ideogram_words ${words.join(' ')}`;
}

/** A word as bash takes it literally. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Walks through the line; the names that its functions share are local to _ideogram. */
const ENGINE = `# The option $1 of this command: sets flag (its names), long, and valued.
_ideogram_flag() {
  local entry
  for entry in \${flags[@]+"\${flags[@]}"}; do
    flag=\${entry%%[=+]*} long=\${entry##* } valued=
    long=\${long%%[=+]*}
    case $entry in *=*) valued=1 ;; esac
    case " $flag " in *" $1 "*) return 0 ;; esac
  done
  return 1
}

# Words that begin with what is typed, in upper or lower case.
_ideogram_words() {
  local word was=
  shopt -q nocasematch && was=1
  shopt -s nocasematch
  for word in "$@"; do
    case $word in "$typed"*) COMPREPLY+=("$before$word") ;; esac
  done
  [ -n "$was" ] || shopt -u nocasematch
}

_ideogram_files() {
  # Where readline itself looks at the name alone, nobody knows better how to complete and quote it.
  if [ "$head" = "$before" ] && compopt -o default 2>/dev/null; then return; fi
  local name slash
  while IFS= read -r name; do
    # A name with a line break comes in pieces.
    case $name in "$typed"*) ;; *) continue ;; esac
    slash=
    [ -n "$before" ] && [ -d "$name" ] && slash=/
    # No file is called @name: readline would leave its special characters as they are, for the shell to run.
    if [ -z "$quoted" ]; then printf -v name %q "$name"; else
      case $name in *[\\\`\\$\\\\\\"\\'!]*) continue ;; esac
    fi
    COMPREPLY+=("$before$name$slash")
  done <<< "$(compgen -f -- "$typed")"
  case \${#COMPREPLY[@]}\${COMPREPLY[0]-} in 1*/) compopt -o nospace 2>/dev/null ;; esac
}

# A prompt is text, or @ and a file.
_ideogram_prompt() {
  case $typed in
    @*) before="$before@" typed=\${typed#@}; _ideogram_files ;;
  esac
}

# Options that are not there yet, or may be repeated.
_ideogram_flags() {
  local entry name
  for entry in \${flags[@]+"\${flags[@]}"}; do
    for name in \${entry%%[=+]*}; do
      case $entry in
        *+) ;;
        *) case $seen in *" $name "*) continue ;; esac ;;
      esac
      case $name in "$typed"*) COMPREPLY+=("$name") ;; esac
    done
  done
}

# The line up to the cursor as words: readline also splits it at = : and @, which belong to ours.
_ideogram_split() {
  local rest=\${COMP_LINE:0:COMP_POINT} index word
  words=()
  for ((index = 0; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $rest in
      [[:space:]]*) rest=\${rest#"\${rest%%[![:space:]]*}"}; words+=("$word") ;;
      *) if [ "$index" -eq 0 ]; then words+=("$word"); else words[\${#words[@]}-1]+=$word; fi ;;
    esac
    rest=\${rest#"$word"}
  done
  case $rest in
    [[:space:]]*) typed=\${rest#"\${rest%%[![:space:]]*}"} ;;
    *) typed=\${words[\${#words[@]}-1]}$rest; unset "words[\${#words[@]}-1]" ;;
  esac
}

# One word in front of the cursor.
_ideogram_read() {
  local word=$1 child operand
  if [ -n "$pending" ]; then pending=; return; fi
  case $after$word in
    --) after=1; return ;;
    --*) if _ideogram_flag "\${word%%=*}"; then
        seen="$seen$flag "
        case $word in *=*) ;; *) pending=\${valued:+$long} ;; esac
      fi
      return ;;
    -?*) while [ "\${#word}" -gt 1 ] && _ideogram_flag "\${word:0:2}"; do
        seen="$seen$flag "
        if [ -n "$valued" ]; then
          [ "\${#word}" -gt 2 ] || pending=$long
          return
        fi
        word=-\${word:2}
      done
      return ;;
  esac
  for child in \${commands[@]+"\${commands[@]}"}; do
    if [ "$child" = "$word" ]; then
      path="\${path:+$path }$child"
      _ideogram_command "$path"
      return
    fi
  done
  count=$((count + 1))
}

_ideogram() {
  local path='' count=0 after='' pending='' seen=' ' typed quoted='' before='' head flag long valued index
  local -a words commands flags operands
  COMPREPLY=()
  _ideogram_split
  _ideogram_command ''
  for ((index = 1; index < \${#words[@]}; index++)); do _ideogram_read "\${words[index]}"; done
  # What stands in front of the part that readline will replace.
  head=\${typed%"$2"} head=\${head%[\\"\\']}
  case $typed in *[\\"\\']*) quoted=1 ;; esac
  typed=\${typed#[\\"\\']} typed=\${typed//\\\\/}
  if [ -n "$pending" ]; then
    _ideogram_value "$path" "$pending"
  else
    case $after$typed in
      --*=*) if _ideogram_flag "\${typed%%=*}" && [ -n "$valued" ]; then
          before=\${typed%%=*}= typed=\${typed#*=} typed=\${typed#[\\"\\']}
          _ideogram_value "$path" "$long"
        fi ;;
      -*) _ideogram_flags ;;
      *) if [ "\${#commands[@]}" -gt 0 ]; then
          _ideogram_words "\${commands[@]}"
        else
          _ideogram_operand
        fi ;;
    esac
  fi
  for ((index = 0; index < \${#COMPREPLY[@]}; index++)); do COMPREPLY[index]=\${COMPREPLY[index]#"$head"}; done
}

_ideogram_operand() {
  local last=$((\${#operands[@]} - 1)) operand=
  [ "$last" -lt 0 ] && return
  if [ "$count" -le "$last" ]; then
    operand=\${operands[count]}
  else
    case \${operands[last]} in *+) operand=\${operands[last]} ;; esac
  fi
  [ -z "$operand" ] || _ideogram_value "$path" "\${operand%+}"
}

if type compopt >/dev/null 2>&1; then
  complete -F _ideogram ideogram
else
  complete -o filenames -F _ideogram ideogram
fi
`;
