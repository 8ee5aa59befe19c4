# Completion for bpcopy in bash 4.4 or later. It needs nothing else.

_bpcopy() { # command word-for-readline
    # The words before the cursor as the shell will pass them on, the one that is
    # typed, and the quote in which that is. COMP_WORDS has them cut up at every
    # colon and with their quotes.
    local line=${COMP_LINE:0:COMP_POINT} words=() word='' quote='' begun='' next i c
    for ((i = 0; i < ${#line}; i++)); do
        c=${line:i:1} next=${line:i+1:1}
        if [[ $quote == "'" ]]; then
            if [[ $c == "'" ]]; then quote=''; else word+=$c; fi
        elif [[ $c == \\ && ( -z $quote || $next == [\"\\\$\`] ) ]]; then
            word+=$next begun=1 i=$((i + 1))
        elif [[ $quote == '"' ]]; then
            if [[ $c == '"' ]]; then quote=''; else word+=$c; fi
        elif [[ $c == [\"\'] ]]; then
            quote=$c begun=1
        elif [[ $c == [[:space:]] ]]; then
            [[ -z $begun ]] || words+=("$word")
            word='' begun=''
        else
            word+=$c begun=1
        fi
    done

    local program=${words[0]/#\~\//$HOME/} answer directive
    answer=$("$program" __complete "${words[@]:1}" "$word" 2>/dev/null) || return
    directive=${answer##*:}
    COMPREPLY=()
    ((directive & 1)) && return

    # Readline replaces only what comes after the last character of
    # COMP_WORDBREAKS, so what is before that must not come again. The value of
    # --flag=VALUE is offered alone.
    local flag='' typed=$2 kept offer description
    [[ $word == --*=* ]] && flag=${word%%=*}=
    [[ -n $quote ]] || typed=${typed//\\/}
    kept=${word%"$typed"}
    while IFS=$'\t' read -r offer description; do
        offer=$flag$offer
        [[ $offer == "$word"* && $offer != "$flag" ]] || continue
        offer=${offer#"$kept"}
        case $quote in
        '') printf -v offer %q "$offer" ;;
        '"') offer=${offer//\\/\\\\} offer=${offer//\"/\\\"} offer=${offer//\$/\\\$} offer=${offer//\`/\\\`} ;;
        esac
        # 63 is "?": what follows is only listed, not inserted.
        [[ $COMP_TYPE != 63 || -z $description ]] || offer+="  ($description)"
        COMPREPLY+=("$offer")
    done <<<"${answer%:*}"

    if ((directive & 4)); then
        compopt +o default +o bashdefault
    elif ((${#COMPREPLY[@]} > 0)) && [[ -z $quote && -z $kept ]]; then
        # Where nothing is offered, readline looks for files itself.
        local files=() file
        while IFS= read -r file; do
            [[ ! -d $file ]] || file+=/
            printf -v file %q "$file"
            files+=("$file")
        done < <(compgen -f -- "$word")
        COMPREPLY=("${files[@]}" "${COMPREPLY[@]}")
    fi
    ((${#COMPREPLY[@]} == 1)) || return 0
    if ((directive & 2)) || [[ ${COMPREPLY[0]} == */ ]]; then
        compopt -o nospace
        # Readline would end the quote after a word that is the only one.
        [[ -z $quote ]] || COMPREPLY+=("${COMPREPLY[0]} ")
    fi
}

complete -o default -o bashdefault -F _bpcopy bpcopy
