package cmd

import (
	"fmt"
	"strings"

	"bpcopy/internal/expect"
	"bpcopy/internal/help"
	"bpcopy/internal/report"
)

const unitsHelp = `SIZE: 1024, 64KiB, 1.5MiB, 10k, 1M; K, M, G, T alone and KiB… are powers of 1024,
kB, MB, GB, TB powers of 1000. RATE: a SIZE per second, /s optional.`

const moreUnitsHelp = unitsHelp + `

DURATION: 500ms, 10s, 1m30s; the units are ns, us, ms, s, m and h.
PERCENT: a number from 0 to 100, % optional.

Zero, a negative number, a fraction of a byte and what is too large are refused,
unless the flag says that it takes 0. Nothing is silently unlimited. In scripts an
amount and a time need their unit: "for 3" is refused.`

const moreScriptHelp = scriptHelp + `

--consumer makes the destination slow, --producer the source; the proxy has --down
and --up. With several destinations, --consumer '2:stall' is for the second one.
@FILE reads the script from a file. "jitter" is random; with --seed it is the same
again. The scripts of a copy begin when it begins, those of a proxy with the first
byte of a connection.

  --consumer 1MiB/s                                  like --rate 1MiB/s
  --consumer '1MiB/s for 2s; stall for 3s; repeat'   busy every now and then
  --consumer 'latency 5ms jitter 2ms + slice 4KiB'   a slow disk that takes little
  --producer 'unlimited for 1MiB; fail EIO'          a source that breaks
  --down 'unlimited for 1MiB; stall for 5s; unlimited'   a client that stops reading`

const conditionHelp = `CONDITION, for --expect: a field, an operator and a value, such as
  pauses >= 10                 the source had to pause ten times or more
  drains = pauses              each pause ended by a drain
  peak_length <= 80KiB         never was more than that buffered
  rate = 1MiB/s ± 5%           neither faster nor slower
  paused_seconds in 1s..3s     all pauses together, from one second to three
  bottleneck = destination     that was waited for most
  requested_rate != null       there was a --rate

Operators: = (or ==), !=, <, <=, >, >=, and "in" with a range that includes both its
ends. After = and != a tolerance may follow: ± or +-, and a percentage or an amount.
A value is a number in the unit of the field, another field of the same kind, a
word, a text in double quotes, true, false or null. Null equals only null, and has
no order. If a condition does not hold, the exit status is 3.`

// Topics returns the texts that "bpcopy help" knows beside the commands.
func Topics() []help.Topic {
	return []help.Topic{
		{Name: "scripts", Short: "How --consumer, --producer, --down and --up make a side slow", Text: moreScriptHelp},
		{Name: "conditions", Short: "What --expect can ask for, with all fields", Text: conditionHelp + fieldLists()},
		{Name: "units", Short: "Sizes, rates, durations and percentages", Text: moreUnitsHelp},
		{Name: "exit", Short: "What the exit status tells", Text: exitHelp + "\n\nproxy also has the status of its COMMAND, if that is not 0."},
	}
}

// fieldLists returns the fields that conditions can be over, and what they hold.
func fieldLists() string {
	var b strings.Builder
	for _, of := range []struct {
		title  string
		fields expect.Fields
	}{
		{"Fields of a copy and of a demo (destinations, stages and evidence are numbered from 0)", report.Fields(1, 1)},
		{"Fields of a proxy", report.ProxyFields()},
	} {
		fmt.Fprintf(&b, "\n\n%s:", of.title)
		for _, path := range of.fields.Paths() {
			if number := strings.IndexByte(path, '['); number < 0 || strings.HasPrefix(path[number:], "[0]") {
				fmt.Fprintf(&b, "\n  %-40s %v", path, of.fields.Kind(path))
			}
		}
	}
	return b.String()
}
