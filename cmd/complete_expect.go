package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"bpcopy/internal/expect"
	"bpcopy/internal/report"
)

// goesOn keeps a shell from adding a space: what is offered is only a part of
// the word.
const goesOn = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace

// completeCondition offers the fields for --expect, for as many destinations and
// stages as have been typed. After a field it offers the operators that the field has.
func completeCondition(cmd *cobra.Command, operands []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	through, _ := cmd.Flags().GetStringArray("through") // none if there is no such flag
	return offerConditions(report.Fields(max(1, len(operands)-1), len(through)), typed)
}

// completeProxyCondition is completeCondition for a proxy.
func completeProxyCondition(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return offerConditions(report.ProxyFields(), typed)
}

// offerConditions offers what may go on with a condition over these fields.
func offerConditions(fields expect.Fields, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var offers []cobra.Completion
	for _, path := range slices.Sorted(slices.Values(fields.Paths())) {
		if strings.HasPrefix(path, typed) && path != typed {
			offers = append(offers, path)
		}
	}
	path := strings.TrimRight(typed, " ")
	for _, op := range fields.Operators(path) {
		offers = append(offers, path+" "+op)
	}
	return offers, goesOn
}

// completeScript offers the actions for the last step of a script, and the
// usual codes for one that fails.
func completeScript(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	last := strings.LastIndexAny(typed, ";+:") + 1
	step := strings.TrimLeft(typed[last:], " ")
	var actions []string
	switch separator := typed[:last]; {
	case strings.HasPrefix(step, "fail "):
		actions = []string{"fail ECONNRESET", "fail EIO", "fail ENOSPC", "fail EPIPE"}
	case strings.HasSuffix(separator, "+"):
		actions = []string{"delay", "latency", "slice"}
	default:
		actions = []string{"close", "delay", "fail", "latency", "slice", "stall", "unlimited"}
		if strings.HasSuffix(separator, ";") {
			actions = append(actions, "repeat")
		}
	}
	var offers []cobra.Completion
	for _, action := range actions {
		if strings.HasPrefix(action, step) && action != step {
			offers = append(offers, strings.TrimSuffix(typed, step)+action)
		}
	}
	return offers, goesOn
}
