package cmd

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bpcopy/internal/throttle"
	"github.com/spf13/cobra"

	"bpcopy/internal/units"
)

// TestConditionsOfferedAreValid: what completion makes of a condition is one,
// once a value follows; and it offers every field that there is.
func TestConditionsOfferedAreValid(t *testing.T) {
	for _, operands := range [][]string{nil, {"src", "a"}, {"src", "a", "b"}} {
		destinations := max(1, len(operands)-1)
		fields, _ := completeCondition(new(cobra.Command), operands, "")
		for _, field := range fields {
			offers, _ := completeCondition(new(cobra.Command), operands, field)
			offers = slices.DeleteFunc(offers, func(offer string) bool { return !strings.Contains(offer, " ") }) // longer fields
			if len(offers) != 2 && len(offers) != 7 {
				t.Errorf("after %q: %q; want its operators", field, offers)
			}
			for _, offer := range offers {
				value := "1"
				switch {
				case len(offers) == 2:
					value = "null" // which every text may be
				case strings.HasSuffix(offer, " in"):
					value = "1..2"
				}
				if _, err := parseConditions([]string{offer + " " + value}, destinations, 0); err != nil {
					t.Error(err)
				}
			}
		}
		// An unknown field is answered with a list of all: as many as are
		// offered, those that differ only in an index counted once.
		_, err := parseConditions([]string{"? = 1"}, destinations, 0)
		_, all, _ := strings.Cut(fmt.Sprint(err), "want a field: ")
		wanted := len(strings.Split(all, ", "))
		first := slices.DeleteFunc(fields, func(f string) bool { return strings.Contains(f, "[") && !strings.Contains(f, "[0]") })
		if got := len(first); got != wanted {
			t.Errorf("%d fields are offered: %q; want %d: %s", got, first, wanted, all)
		}
	}
}

// TestScriptsOfferedAreValid: each action offered is one, once what it takes
// follows.
func TestScriptsOfferedAreValid(t *testing.T) {
	takes := map[string]string{"latency": " 1ms", "delay": " 1ms", "slice": " 10B", "fail": " EIO"}
	for _, typed := range []string{"", "1MiB/s for 2s; ", "1MiB/s for 2s; stall for 1s;", "1MiB/s + ", "fail "} {
		offers, _ := completeScript(nil, nil, typed)
		if len(offers) == 0 {
			t.Errorf("after %q nothing is offered", typed)
		}
		for _, offer := range offers {
			script := offer + takes[offer[strings.LastIndexAny(offer, " ;")+1:]]
			if _, err := throttle.Parse(script, units.ParseSize, units.ParseRate); err != nil || !strings.HasPrefix(offer, typed) {
				t.Errorf("after %q %q is offered; that leads to %q: %v", typed, offer, script, err)
			}
		}
	}
}
