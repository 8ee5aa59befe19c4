package cmd

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/internal/help"
)

// Tree returns all commands, with their texts and flags, for whoever documents
// them. They cannot be run.
func Tree() *cobra.Command { return newRootCmd(&app{}) }

// addHelp gives all commands -h, for one screen, and --help, for everything, and
// the command that tells about commands and topics.
func (a *app) addHelp(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.Bool("help", false, "print this; -h is one screen of it")
	// Cobra looks only for "help". This one ends the parsing at once.
	flags.VarPF(asksForHelp{}, "h", "h", "").NoOptDefVal = "true"
	if err := flags.MarkHidden("h"); err != nil {
		panic("cmd: internal error: " + err.Error())
	}
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		if cmd.Flags().Changed("help") {
			a.printHelp(cmd)
			return
		}
		fmt.Fprint(a.output, help.Screen(cmd, Topics()))
	})
	root.SetHelpCommand(newHelpCmd(a))
}

// printHelp prints all of a command's help. As with all help, withOutput tells a
// failure of standard output.
func (a *app) printHelp(cmd *cobra.Command) {
	width := 0
	if isTerminal(a.Stdout) {
		width = a.columns()
	}
	fmt.Fprint(a.output, help.Full(cmd, Topics(), width))
}

// asksForHelp is the value of -h: whoever types it wants nothing else.
type asksForHelp struct{}

// String returns the default.
func (asksForHelp) String() string { return "false" }

// Type is what the help calls the value.
func (asksForHelp) Type() string { return "bool" }

// Set returns [pflag.ErrHelp].
func (asksForHelp) Set(string) error { return pflag.ErrHelp }

// newHelpCmd returns the command that tells about commands and topics. A topic
// is no command: a file may have its name.
func newHelpCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:                   "help [COMMAND|TOPIC]",
		DisableFlagsInUseLine: true,
		Short:                 "Tell about a command or a topic",
		// The list of topics names it, and a screen has no room for it twice.
		Hidden: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) == 1 && topicNamed(args[0]) != nil {
				return nil
			}
			if _, unknown, _ := cmd.Root().Find(args); len(unknown) > 0 {
				hint := commandMeant(cmd.Root(), unknown[0])
				if hint == "" && len(args) == 1 {
					hint = topicMeant(cmd.Root(), unknown[0])
				}
				return &usageError{text: fmt.Sprintf("help: no command %q", unknown[0]), hint: hint}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if topic := topicNamed(args[0]); topic != nil {
					fmt.Fprintln(a.output, topic.Text)
					return nil
				}
			}
			about, _, err := cmd.Root().Find(args)
			if err == nil {
				a.printHelp(about)
			}
			return err
		},
		ValidArgsFunction: completeHelp,
	}
}

// completeHelp offers the commands and the topics.
func completeHelp(cmd *cobra.Command, before []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(before) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var words []cobra.Completion
	for _, c := range help.Commands(cmd.Root()) {
		words = append(words, cobra.CompletionWithDesc(c.Name(), c.Short))
	}
	for _, t := range Topics() {
		words = append(words, cobra.CompletionWithDesc(t.Name, t.Short))
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

// topicNamed returns the topic of that name, or nil.
func topicNamed(name string) *help.Topic {
	all := Topics()
	if i := slices.IndexFunc(all, func(t help.Topic) bool { return t.Name == name }); i >= 0 {
		return &all[i]
	}
	return nil
}
