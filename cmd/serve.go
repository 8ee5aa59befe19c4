package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"bpcopy/internal/interrupt"
	"bpcopy/internal/live"
	"bpcopy/internal/local"
)

// addServeFlag declares --serve.
func addServeFlag(f *pflag.FlagSet, addr *string) {
	f.StringVar(addr, "serve", "", "show the run as a live page at `ADDR`, and print where")
	f.Lookup("serve").NoOptDefVal = local.Loopback
}

// checkServe returns a usage error for an address that cannot be one.
func checkServe(addr string, changed func(string) bool) error {
	if changed("serve") && !isAddress(addr) {
		return usagef("--serve %q: want HOST:PORT such as %s", addr, local.Loopback)
	}
	return nil
}

// isAddress reports whether s is HOST:PORT with a port that is a number.
func isAddress(s string) bool {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// joinServe returns args in which "--serve ADDR" is one argument, as the flags want
// it: the address is optional. What follows --serve is its address if it looks like
// one, and is no file.
func joinServe(args []string) []string {
	for i := 0; i+1 < len(args) && args[i] != "--"; i++ {
		if args[i] != "--serve" || !isAddress(args[i+1]) {
			continue
		}
		if _, err := os.Lstat(args[i+1]); errors.Is(err, fs.ErrNotExist) {
			return slices.Concat(args[:i], []string{args[i] + "=" + args[i+1]}, args[i+2:])
		}
	}
	return args
}

// serve opens the live page at an address and prints where it is. If addr is empty,
// it returns a page that shows nothing to nobody.
func (a *app) serve(ctx context.Context, addr string, say func(string)) (*live.Page, error) {
	if addr == "" {
		return nil, nil
	}
	page, err := live.Listen(ctx, addr)
	if err != nil {
		return nil, fmt.Errorf("serve at %q: %w", addr, withoutAddress(err))
	}
	say("bpcopy: watch " + page.URL())
	return page, nil
}

// patience returns how long the program may wait until whoever watches has seen the
// end.
func patience(ctx context.Context) time.Duration {
	if ctx.Err() != nil {
		return interrupt.GraceForReader
	}
	return time.Second
}

// withoutAddress returns what an error of the network wraps, since the message has
// the address once.
func withoutAddress(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	if sys, ok := errors.AsType[*os.SyscallError](err); ok {
		err = sys.Err
	}
	return err
}
