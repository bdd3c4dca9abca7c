package main

// What the shells read. Each script asks `snug __complete` for words, by the name
// snug: what was typed may be a program of an untrusted directory, and a tab must not run it.
const (
	bashScript = `# bash completion for snug: put it where bash-completion looks, as a file named snug, or source it.
_snug() {
    local -a words=() at=() lines=()
    local i w out ask cur stem line rest=${COMP_LINE:0:COMP_POINT}
    rest=${rest#*"${COMP_WORDS[0]}"}
    # bash takes = and : for words of their own; what had no space between belongs together.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        w=${COMP_WORDS[i]}
        if [[ $rest == [[:space:]]* || ${#words[@]} -eq 0 ]]; then
            rest=${rest#"${rest%%[![:space:]]*}"}
            words+=("") at+=("$i")
        fi
        ((i < COMP_CWORD)) || w=$rest # up to the cursor
        words[${#words[@]}-1]+=$w
        rest=${rest#"$w"}
    done
    out=$(command snug __complete -- "${words[@]}" 2>/dev/null) || return
    mapfile -t lines <<<"$out"
    ask=${lines[0]}
    cur=${words[${#words[@]}-1]}
    stem=${cur%"${cur##*[=:]}"}
    COMPREPLY=()
    case $ask in
    command*)
        i=${at[${ask#command }]}
        if declare -F _comp_command_offset >/dev/null; then
            _comp_command_offset "$i"
        elif declare -F _command_offset >/dev/null; then
            _command_offset "$i"
        elif ((i == COMP_CWORD)) && [[ $cur != */* ]]; then
            mapfile -t COMPREPLY < <(compgen -c -- "$cur")
        else
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        fi
        return ;;
    files)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "${cur#"$stem"}") ;;
    directories)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "${cur#"$stem"}") ;;
    esac
    for line in "${lines[@]:1}"; do
        line=${line%%$'\t'*}
        [[ $line != *= ]] || compopt -o nospace 2>/dev/null
        COMPREPLY+=("${line#"$stem"}")
    done
}
complete -F _snug snug
`

	zshScript = `#compdef snug
# zsh completion for snug: put it in a directory of $fpath, as a file named _snug.
_snug() {
    local -a lines found shown ends endsShown
    local ask line word
    lines=("${(@f)$(command snug __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    ask=$lines[1]
    shift lines
    case $ask in
    command*)
        shift $((${ask#command } + 1)) words
        ((CURRENT -= ${ask#command } + 1))
        _normal
        return ;;
    files)
        compset -P '--*='
        _files ;;
    directories)
        compset -P '--*='
        _files -/ ;;
    esac
    for line in $lines; do
        word=${line%%$'\t'*}
        if [[ $word == *= ]]; then
            ends+=("$word") endsShown+=("$word  ${line#*$'\t'}")
        else
            found+=("$word") shown+=("$word  ${line#*$'\t'}")
        fi
    done
    (($#found)) && compadd -l -d shown -- $found
    (($#ends)) && compadd -l -S '' -d endsShown -- $ends
}
if [[ $funcstack[1] == _snug ]]; then
    _snug "$@"
else
    compdef _snug snug
fi
`

	fishScript = `# fish completion for snug: put it in ~/.config/fish/completions, as a file named snug.fish.
function __snug_complete
    set -l before (commandline -opc)
    set -e before[1]
    set -l cur (commandline -ct)
    set -l lines (command snug __complete -- $before "$cur" 2>/dev/null)
    set -l ask $lines[1]
    set -e lines[1]
    set -l stem (string match -r -- '^--[^=]*=' "$cur")
    set -l part (string replace -r -- '^--[^=]*=' '' "$cur")
    switch "$ask"
        case 'command *'
            set -l first (math (string replace 'command ' '' -- $ask) + 1)
            set -l line
            if test $first -le (count $before)
                set line (string escape -- $before[$first..-1])
            end
            complete -C (string join -- ' ' $line "$cur")
        case files
            for f in (__fish_complete_path "$part" '')
                printf '%s%s\n' "$stem" $f
            end
        case directories
            for f in (__fish_complete_directories "$part" '')
                printf '%s%s\n' "$stem" $f
            end
    end
    test -n "$lines"; and printf '%s\n' $lines
end
complete -c snug -f -a '(__snug_complete)'
`
)
