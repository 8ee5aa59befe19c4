package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/internal/demo"
)

// completeOperand completes files, as a shell does, and the forms of the URLs.
func completeOperand(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []cobra.Completion{"-", "tcp://", "tcp-listen://", "unix://", "unix-listen://"}, cobra.ShellCompDirectiveDefault
}

// completeDemo completes the demos, each with what to watch for, and files.
func completeDemo(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	words := append(demoNames(), cobra.CompletionWithDesc(everyDemo, "Every one, in turn"))
	return words, cobra.ShellCompDirectiveDefault
}

// completeDemoName completes the demos alone.
func completeDemoName(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return demoNames(), cobra.ShellCompDirectiveNoFileComp
}

func demoNames() []cobra.Completion {
	var words []cobra.Completion
	for _, name := range demo.Names() {
		desc := ""
		if d, _, err := demo.Load(name); err == nil {
			desc = d.Watch()
		}
		words = append(words, cobra.CompletionWithDesc(name, desc))
	}
	return words
}

// completeFlags offers the words of those flags that have a choice, and files
// only for those that take one.
func completeFlags(root *cobra.Command) {
	root.Flags().VisitAll(func(f *pflag.Flag) {
		var words []cobra.Completion
		complete := map[string]cobra.CompletionFunc{
			"expect": completeCondition, "consumer": completeScript, "producer": completeScript, "export": completeDemoName,
		}[f.Name]
		if c, ok := f.Value.(*choice); ok {
			words = c.of
		} else if f.Name == "json" || f.Name == "events" || f.NoOptDefVal != "" {
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

// checkBuiltins makes Cobra's own commands refuse what they do not know, which
// by themselves they answer with the help and success.
func checkBuiltins(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Args = func(_ *cobra.Command, args []string) error {
				if _, unknown, _ := root.Find(args); len(unknown) > 0 {
					return usagef("help: no command %q", unknown[0])
				}
				return nil
			}
		case "completion":
			for _, shell := range cmd.Commands() {
				shell.Args = noOperands
			}
			cmd.Args = cobra.ArbitraryArgs
			cmd.RunE = func(*cobra.Command, []string) error {
				return usagef("completion: want bash, fish, powershell or zsh")
			}
		}
	}
}
