package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/internal/demo"
)

// completeOperand leaves files to the shell, and offers the schemes that begin
// with what was typed. After the "?" of a URL it offers the parameters.
func completeOperand(_ *cobra.Command, before []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if question := strings.LastIndexByte(typed, '?'); question > 0 && strings.Contains(typed[:question], "://") {
		last := max(question, strings.LastIndexByte(typed, '&')) + 1
		if strings.Contains(typed[last:], "=") {
			return nil, goesOn
		}
		return []cobra.Completion{typed[:last] + "rcvbuf=", typed[:last] + "sndbuf="}, goesOn
	}
	if typed == "" {
		return nil, cobra.ShellCompDirectiveDefault
	}
	schemes := []cobra.Completion{"tcp://", "tcp-listen://", "unix://", "unix-listen://"}
	if len(before) == 0 { // the source
		schemes = append(schemes, "http://", "https://")
	}
	schemes = slices.DeleteFunc(schemes, func(s cobra.Completion) bool { return !strings.HasPrefix(s, typed) })
	if len(schemes) == 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return schemes, cobra.ShellCompDirectiveNoSpace
}

// completeDemo offers the demos, each with what to watch for, and files.
func completeDemo(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	words := append(described(demo.Names()), cobra.CompletionWithDesc(everyDemo, "Every one, in turn"))
	return words, cobra.ShellCompDirectiveDefault
}

// completeDemoName offers the built-in scenarios only.
func completeDemoName(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return described(demo.Scenarios()), cobra.ShellCompDirectiveNoFileComp
}

// described returns the names of demos, each with what to watch for.
func described(names []string) []cobra.Completion {
	var words []cobra.Completion
	for _, name := range names {
		desc := ""
		if d, _, err := demo.Load(name); err == nil {
			desc = d.Watch()
		}
		words = append(words, cobra.CompletionWithDesc(name, desc))
	}
	return words
}

// completeFlags completes the values of flags: words if the flag has a choice
// of them, and files only if it takes one. Conditions are over the summary that
// the command writes.
func completeFlags(root *cobra.Command, condition cobra.CompletionFunc) {
	root.Flags().VisitAll(func(f *pflag.Flag) {
		var words []cobra.Completion
		complete := map[string]cobra.CompletionFunc{
			"expect": condition, "consumer": completeScript, "producer": completeScript,
			"down": completeScript, "up": completeScript, "export": completeDemoName,
		}[f.Name]
		if c, ok := f.Value.(*choice); ok {
			words = c.of
		} else if slices.Contains([]string{"json", "events", "record", "report", "output"}, f.Name) || f.NoOptDefVal != "" {
			return
		}
		if complete == nil {
			complete = cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
		}
		err := root.RegisterFlagCompletionFunc(f.Name, complete)
		if err != nil {
			panic("cmd: internal error: " + err.Error())
		}
	})
}
