# Completion for bpcopy in fish 3.1 or later.

function __bpcopy_offers
    set -l before (commandline -opc)
    # What is typed, without quotes. One may still be open.
    set -l word
    for quote in '' "'" '"'
        set word (string unescape -- (commandline -ct)$quote)
        and break
    end
    set -l program $before[1]
    set -e before[1]
    set -l answer ($program __complete $before "$word" 2>/dev/null)
    or return
    set -l directive (string sub -s 2 -- $answer[-1])
    set -e answer[-1]
    test (math "$directive % 2") -eq 0
    or return

    # The value of --flag=VALUE is offered alone.
    set -l flag (string match -r -- '^--[^=]*=' "$word")
    set -l value (string replace -r -- '^--[^=]*=' '' "$word")
    if test (math "floor($directive / 4) % 2") -eq 0
        for file in (__fish_complete_path "$value")
            echo -- "$flag$file"
        end
    end
    # One word that goes on would get a space behind it.
    if test (count $answer) -eq 1 -a (math "floor($directive / 2) % 2") -eq 1
        set -a answer "$answer "
    end
    for offer in $answer
        echo -- "$flag$offer"
    end
end

complete -c bpcopy -e
complete -c bpcopy -k -f -a '(__bpcopy_offers)'
