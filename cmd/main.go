// Package cmd is the command line: it turns flags into values, opens what they
// name, runs the copy and says what came of it. Everything that the user reads
// and every exit status is decided here.
package cmd

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Env is what the program gets from the system.
type Env struct {
	Stdin, Stdout, Stderr *os.File
	Getenv                func(string) string
}

// app is one run of the program.
type app struct {
	Env
	output, messages *outlet // standard output, but for data, and standard error
	// summary is printed last, below the error if there is one.
	summary string
}

// Main runs the program with args, the command line without the program's name,
// and returns its exit status.
func Main(args []string, env Env) int {
	ctx, stop := signalContext()
	defer stop()
	a := &app{
		Env:      env,
		output:   &outlet{file: env.Stdout, interrupted: ctx.Done()},
		messages: &outlet{file: env.Stderr, interrupted: ctx.Done()},
	}
	root := newRootCmd(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	printError(a.messages, err)
	if a.summary != "" {
		fmt.Fprintf(a.messages, "bpcopy: %s\n", a.summary)
	}
	return exitCode(err)
}

// printError is where every error is printed, one line for each of those joined.
func printError(w io.Writer, err error) {
	if err == nil {
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(w, "bpcopy: error: %s\n", line)
	}
	for _, hint := range hints(err) {
		fmt.Fprintf(w, "bpcopy: hint: %s\n", hint)
	}
}

// signalContext returns a context that ends with a signalError when somebody
// wants the program to stop.
func signalContext() (ctx context.Context, stop func()) {
	// A write to a pipe that nobody reads is an error like any other, also on
	// standard output, where it would kill the program.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, stopSignals()...)
	go func() {
		// Only the first counts: what follows it is cleaning up already.
		if s, ok := <-signals; ok {
			cancel(&signalError{s.(syscall.Signal)})
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}
