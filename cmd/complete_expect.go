package cmd

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"bpcopy/internal/trace"
)

// goesOn keeps a shell from ending the word: what is offered is a part of it.
const goesOn = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace

// completeCondition offers the fields of --expect for as many destinations as have
// been typed, then the operators that the field has.
func completeCondition(_ *cobra.Command, operands []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	fields := summaryLeaves(max(1, len(operands)-1))
	var offers []cobra.Completion
	for _, path := range slices.Sorted(maps.Keys(fields)) {
		if strings.HasPrefix(path, typed) && path != typed {
			offers = append(offers, path)
		}
	}
	path := strings.TrimRight(typed, " ")
	if value, ok := fields[path]; ok {
		for _, op := range operatorsOf(value) {
			offers = append(offers, path+" "+op)
		}
	}
	return offers, goesOn
}

// operatorsOf are the operators for a field, by an example of its value.
func operatorsOf(value any) []string {
	if _, number := value.(float64); number {
		return []string{"=", "!=", "<", "<=", ">", ">=", "in"}
	}
	return []string{"=", "!="}
}

// summaryLeaves are an example of each single value in the summary of a copy to so
// many destinations, by its path.
func summaryLeaves(destinations int) map[string]any {
	example := trace.Summary{Destinations: make([]trace.Destination, destinations)}
	fill(reflect.ValueOf(&example).Elem())
	object, err := example.JSON()
	var summary any
	if err == nil {
		err = json.Unmarshal(object, &summary)
	}
	if err != nil {
		panic("cmd: internal error: " + err.Error())
	}
	leaves := make(map[string]any)
	collectLeaves(leaves, "", summary)
	return leaves
}

func collectLeaves(leaves map[string]any, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			collectLeaves(leaves, strings.TrimPrefix(path+"."+name, "."), inner)
		}
	case []any:
		for i, inner := range v {
			collectLeaves(leaves, fmt.Sprintf("%s[%d]", path, i), inner)
		}
	default:
		leaves[path] = v
	}
}

// completeScript offers the actions of a script for its last step, and the usual
// codes for one that fails.
func completeScript(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	last := strings.LastIndexAny(typed, ";+:") + 1
	step := strings.TrimLeft(typed[last:], " ")
	var actions []string
	switch separator := typed[:last]; {
	case strings.HasPrefix(step, "fail "):
		actions = []string{"fail ECONNRESET", "fail EIO", "fail ENOSPC", "fail EPIPE"}
	case strings.HasSuffix(separator, "+"):
		actions = []string{"latency", "slice"}
	default:
		actions = []string{"close", "fail", "latency", "slice", "stall", "unlimited"}
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
