package cmd

import (
	_ "embed"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/internal/report"
)

// The scripts are ours because those of Cobra offer files only where there is
// nothing else to offer, and do not complete in quotes; that for bash needs the
// package bash-completion.
var (
	//go:embed completion/bpcopy.bash
	bashCompletion string
	//go:embed completion/_bpcopy
	zshCompletion string
	//go:embed completion/bpcopy.fish
	fishCompletion string
)

// addCompletion adds the command that prints scripts for shells.
func (a *app) addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	scripts := map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	installed := map[string]string{
		"bash":       "For every shell: bpcopy completion bash >~/.local/share/bash-completion/completions/bpcopy\nFor this one:    source <(bpcopy completion bash)",
		"zsh":        "For every shell, with a folder of fpath: bpcopy completion zsh >~/.zfunc/_bpcopy\nFor this one:    source <(bpcopy completion zsh)",
		"fish":       "For every shell: bpcopy completion fish >~/.config/fish/completions/bpcopy.fish\nFor this one:    bpcopy completion fish | source",
		"powershell": "For this one:    bpcopy completion powershell | Out-String | Invoke-Expression",
	}
	completion, _, err := root.Find([]string{"completion"})
	if err != nil {
		panic("cmd: internal error: " + err.Error())
	}
	completion.Use = "completion SHELL"
	completion.DisableFlagsInUseLine = true
	completion.Short = "Print a script that completes in bash, fish, powershell or zsh"
	completion.Long = "Print a script that makes a shell complete the command lines of bpcopy: flags and\ntheir values, files, addresses, conditions and scripts."
	completion.Args = cobra.ArbitraryArgs
	completion.RunE = func(*cobra.Command, []string) error {
		return usagef("completion: want bash, fish, powershell or zsh")
	}
	for _, shell := range completion.Commands() {
		name := shell.Name()
		shell.Args = noOperands
		shell.Short = "Print the script for " + name
		shell.Long = "Print the script that makes " + name + " complete the command lines of bpcopy.\n\n" + installed[name]
		if script, ok := scripts[name]; ok {
			shell.RunE = func(cmd *cobra.Command, _ []string) error {
				if off, err := cmd.Flags().GetBool("no-descriptions"); err == nil && off {
					script = strings.ReplaceAll(script, cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd)
				}
				_, err := io.WriteString(a.output, script)
				return report.FileError("write", "-", err)
			}
		}
	}
}

// prepareCompletion makes root ready to answer a script that completes, if that
// is what asks.
func prepareCompletion(root *cobra.Command, args []string) {
	if len(args) < 2 || args[0] != cobra.ShellCompRequestCmd && args[0] != cobra.ShellCompNoDescRequestCmd {
		return
	}
	plainUsages(root)
	// Cobra offers the commands before anything is typed. But most people want to
	// copy a file. After a flag of a copy, it offers none.
	last := len(args) - 1
	if asked, _, err := root.Find(args[1:last]); err == nil && asked == root && args[last] == "" {
		root.Flags().Lookup("version").Changed = true
	}
}

// plainUsages takes the quotes around names of arguments from what the flags of
// all commands do, as shells show that as it is.
func plainUsages(c *cobra.Command) {
	plain := func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) }
	c.Flags().VisitAll(plain)
	c.PersistentFlags().VisitAll(plain)
	for _, sub := range c.Commands() {
		plainUsages(sub)
	}
}
