//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// shortMargin is how far above its target a figure may be on a machine of which
// nothing is known before it counts as a regression: without splice(2) the first
// case is above that, without enlarged pipes the second.
const shortMargin = 3

// A bench is what all measurements share.
type bench struct {
	command string   // bpcopy
	with    []string // flags for all its copies
	rounds  int
	only    *regexp.Regexp
	short   bool // few cases, wide margins
	long    bool // large sizes too
	log     io.Writer

	memory   *room
	disk     string          // folder for a room on a disk
	catReads int64           // bytes that a cat of nothing reads
	compared map[string]bool // whose copies have been compared
	missed   bool            // a target was
	failed   bool            // bpcopy has
}

// shortCases are those of the short form: one of each kind of path.
var shortCases = regexp.MustCompile(`^(file → pipe against pv|pipe → pipe against (cat|mbuffer)|file → file against (cp|Node.*)|` +
	`file → TCP against socat|TCP → file against socat|an empty file.*|file → pipe, (bar|events) against .*)$`)

// open prepares for measurements in folder, with copies of size bytes.
func (b *bench) open(ctx context.Context, folder string, size int64) (err error) {
	if b.catReads, err = catReads(ctx); err != nil {
		return err
	}
	b.memory, err = newRoom(folder, size)
	return err
}

// close leaves nothing behind.
func (b *bench) close() error {
	if b.memory == nil {
		return nil
	}
	return b.memory.close()
}

// selects reports whether a case is to be run.
func (b *bench) selects(label string) bool {
	if b.short && !shortCases.MatchString(label) {
		return false
	}
	return b.only.MatchString(label)
}

// verdict puts into a word whether targets were missed, and remembers it.
func (b *bench) verdict(missed []string) string {
	if len(missed) == 0 {
		return "ok"
	}
	b.missed = true
	return "MISSED " + strings.Join(missed, ", ")
}

// logf tells how the measurements go on.
func (b *bench) logf(format string, args ...any) {
	fmt.Fprintf(b.log, "benchmark: "+format+"\n", args...)
}

func removeAll(files ...string) error {
	var errs []error
	for _, file := range files {
		errs = append(errs, os.Remove(file))
	}
	return errors.Join(errs...)
}
