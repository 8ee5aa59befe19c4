// Package cmd is the command line. It turns flags into a plan, has the plan
// carried out, and prints what came of it. All messages are printed here, and
// the exit status is returned here.
//
// # Words
//
//   - operand: an argument that is no flag. Package endpoint says what it
//     means.
//   - place: where an operand or a report would land. Places are compared so
//     that no file is written twice, or read and written.
//   - report: a file about the copy: --json, --events and --report.
//   - document: a report for people or other programs, see package document.
//   - script: the steps of --consumer or --producer, see package throttle.
//   - data: the bytes that are copied. They do not pass an outlet.
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
	"bpcopy/internal/rows"
)

// Env is what the program gets from the system.
type Env struct {
	Stdin, Stdout, Stderr *os.File
	Getenv                func(string) string // os.Getenv, or that of a test
}

// app is one run of the program.
type app struct {
	Env
	run      *interrupt.Run
	output   *outlet.Outlet // standard output, except for data
	messages *outlet.Outlet // standard error
	seat     *rows.Seat     // among others on the terminal that is standard error, or nil
	summary  []string       // printed last, below the errors, each on a line of its own
}

// Main runs the program with args, the command line without the program's name,
// and returns its exit status. Signals stay caught, since the process is about
// to end. If a rare signal has ended the run, Main does not return: the process
// dies of that signal.
func Main(args []string, env Env) int {
	ctx, run := interrupt.Catch()
	a := &app{
		Env:      env,
		run:      run,
		output:   outlet.New(ctx, run, env.Stdout),
		messages: outlet.New(ctx, run, env.Stderr),
	}
	if a.seat = a.newSeat(); a.seat != nil {
		a.messages.Via(a.seat)
	}
	err := run.Outcome(func() error { return a.execute(ctx, args) })
	printError(a.messages, err)
	a.annotate(err)
	for _, text := range a.summary {
		a.say(text)
	}
	a.seat.Close()
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
	prepareCompletion(root, args)
	root.SetArgs(joinServe(args))
	cmd, err := root.ExecuteContextC(ctx)
	if usage, ok := errors.AsType[*usageError](err); ok && usage.hint == "" {
		usage.hint = helpOf(cmd)
	}
	return a.withOutput(err)
}

// helpOf returns the command line that prints the help for cmd.
func helpOf(cmd *cobra.Command) string {
	for ; cmd.HasParent(); cmd = cmd.Parent() {
		switch cmd.Name() {
		case "help", "completion": // their own help says nothing of use
		default:
			return cmd.CommandPath() + " --help"
		}
	}
	return cmd.CommandPath() + " --help"
}

// withOutput adds the failure of standard output to the error of a command.
// Cobra ignores that failure when it prints help.
func (a *app) withOutput(err error) error {
	failure := a.output.Failure()
	switch {
	case failure == nil:
		return err
	case err == failure:
		return outputError(err)
	case err == nil && !errors.Is(failure, syscall.EPIPE): // to read only the start of a help is no failure
		return outputError(failure)
	}
	return err
}

// printError prints an error, one line for each failure in it, and the hints.
// Nothing else prints errors.
func printError(w io.Writer, err error) {
	failures := report.Of(err)
	for _, line := range failures.Messages() {
		fmt.Fprintf(w, "bpcopy: error: %s\n", inert.Line(line))
	}
	for _, hint := range failures.Hints() {
		fmt.Fprintf(w, "bpcopy: hint: %s\n", inert.Line(hint))
	}
}
