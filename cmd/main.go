// Package cmd is the command line: it turns flags into values, opens what they
// name, runs the copy and says what came of it. Everything that the user reads
// and every exit status is decided here.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"bpcopy/internal/inert"
	"bpcopy/internal/interrupt"
	"bpcopy/internal/outlet"
	"bpcopy/internal/report"
)

// Env is what the program gets from the system.
type Env struct {
	Stdin, Stdout, Stderr *os.File
	Getenv                func(string) string
}

// app is one run of the program.
type app struct {
	Env
	run              *interrupt.Run
	output, messages *outlet.Outlet // standard output, but for data, and standard error
	// summary is printed last, below the error if there is one.
	summary string
}

// Main runs the program with args, the command line without the program's name,
// and returns its exit status. Signals stay caught: the process is about to end.
func Main(args []string, env Env) int {
	ctx, run := interrupt.Catch()
	a := &app{
		Env:      env,
		run:      run,
		output:   outlet.New(ctx, run, env.Stdout),
		messages: outlet.New(ctx, run, env.Stderr),
	}
	err := run.Outcome(func() error { return a.execute(ctx, args) })
	printError(a.messages, err)
	if a.summary != "" {
		fmt.Fprintf(a.messages, "bpcopy: %s\n", inert.Line(a.summary))
	}
	status := report.StatusOf(err)
	if interrupted, ok := errors.AsType[*interrupt.Error](err); ok && status == interrupted.ExitStatus() {
		interrupted.Die()
	}
	return int(status)
}

// execute does what the command line asks for.
func (a *app) execute(ctx context.Context, args []string) (err error) {
	defer a.recoverInto(&err)
	root := newRootCmd(a)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if usage, ok := errors.AsType[*usageError](err); ok && usage.hint == "" {
		usage.hint = helpOf(cmd)
	}
	return a.withOutput(err)
}

// helpOf is the command line that tells more about cmd.
func helpOf(cmd *cobra.Command) string {
	for ; cmd.HasParent(); cmd = cmd.Parent() {
		switch cmd.Name() {
		case "help", "completion": // Cobra's own have nothing to add
		default:
			return cmd.CommandPath() + " --help"
		}
	}
	return cmd.CommandPath() + " --help"
}

// withOutput adds the failure of standard output to the error of a command. Cobra
// does not look at it when it prints help, and elsewhere returns it as it is.
func (a *app) withOutput(err error) error {
	failure := a.output.Failure()
	switch {
	case failure == nil:
		return err
	case err == failure:
		return outputError(err)
	case err == nil && !errors.Is(failure, syscall.EPIPE): // who reads only the beginning of a help knows
		return outputError(failure)
	}
	return err
}

// printError is where every error is printed, one line for each of those joined.
func printError(w io.Writer, err error) {
	failures := report.Of(err)
	for _, line := range failures.Messages() {
		fmt.Fprintf(w, "bpcopy: error: %s\n", inert.Line(line))
	}
	for _, hint := range failures.Hints() {
		fmt.Fprintf(w, "bpcopy: hint: %s\n", inert.Line(hint))
	}
}
