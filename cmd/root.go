package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"bpcopy/internal/help"
)

const longHelp = `bpcopy copies from SRC to DST and shows the backpressure while it does: how
often and how long the source had to pause because the destination was full.
The semantics are those of Node.js streams, event for event.

SRC and DST:
  -                          standard input, standard output
  PATH                       a file, FIFO or device; a DST file is replaced whole
                             or not at all; a DST directory takes the source's name
  tcp://HOST:PORT            connect; what the peer of a DST answers is thrown away
  tcp-listen://[HOST]:PORT   accept one connection; no HOST means loopback only
  unix://PATH, unix-listen://PATH
  http://…, https://…        as SRC: GET, with redirects; a status that is no success
                             is an error
  …?rcvbuf=SIZE&sndbuf=SIZE  after a socket: how much the kernel is to buffer
PORT is a number or the name of a service. A file whose name looks like a URL, an
address or a subcommand is written ./name.

COMMAND is run by sh. It reads what is copied to it, and what it writes is copied on:
to the next COMMAND, or to DST. A COMMAND that fails is an error, and DST stays as it
was; one that ends well may leave the rest of its input unread, as in a pipeline. What
it writes to standard error is shown with its name. Percent and time to go are of what
was read from SRC, counts and --rate are of what was written to DST.

` + unitsHelp + "\n\n" + scriptHelp + "\n\n" + environmentHelp + "\n\n" + exitHelp

const lead = `bpcopy copies from SRC to DST and shows the backpressure while it does: how
often and how long the source had to pause because the destination was full.
SRC and DST are - (standard input, output), a path, or tcp://HOST:PORT,
tcp-listen://[HOST]:PORT, unix://PATH, unix-listen://PATH; SRC also http(s)://…`

// newRootCmd returns the whole command tree. The root itself copies.
func newRootCmd(a *app) *cobra.Command {
	var opts copyOptions
	var version bool
	root := &cobra.Command{
		Use:   "bpcopy [flags] SRC DST [DST...]",
		Short: "Copy files, pipes and sockets, and show the backpressure",
		Long:  longHelp,
		Example: `  bpcopy disk.img copy.img
  bpcopy --rate 10MiB/s disk.img - | ssh host 'cat >disk.img'
  tar c . | bpcopy - tcp://backup:9000
  bpcopy --through 'gzip -1' tree.tar tree.tar.gz`,
		Args: func(cmd *cobra.Command, args []string) error {
			if version {
				return nil
			}
			return operands(cmd, args)
		},
		PersistentPreRun: func(*cobra.Command, []string) { a.run.Ready() },
		SilenceErrors:    true,
		SilenceUsage:     true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if version {
				return a.printVersion()
			}
			set, err := a.addDefaults(cmd.Flags())
			if err != nil {
				return err
			}
			opts.changed = cmd.Flags().Changed
			err = withCommandMeant(a.copy(cmd.Context(), opts, args), cmd)
			return withDefaultsNamed(err, set)
		},
		ValidArgsFunction: completeOperand,
	}
	root.SetIn(a.Stdin)
	root.SetOut(a.output)
	root.SetErr(a.messages)
	root.SetFlagErrorFunc(flagError)
	root.Flags().SortFlags = false
	opts.addFlags(root.Flags())
	root.Flags().BoolVarP(&version, "version", "V", false, "print the version")
	help.SetLead(root, lead)
	a.addHelp(root)
	completeFlags(root, completeCondition)
	root.AddCommand(newProxyCmd(a), newSimulateCmd(a), newDemoCmd(a), newLearnCmd(a), newReportCmd(a), newVersionCmd(a))
	a.addCompletion(root)
	return root
}

// operands fails unless there are a source and a destination.
func operands(root *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return &hinted{
			usagef("want SRC and DST, have neither"),
			"bpcopy disk.img copy.img copies, bpcopy demo shows what backpressure is, bpcopy -h is one screen of help",
		}
	case 1:
		return &usageError{
			text: fmt.Sprintf("want SRC and DST, have only %q", args[0]),
			hint: commandMeant(root, args[0]),
		}
	}
	return nil
}
