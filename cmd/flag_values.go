package cmd

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"bpcopy/internal/stream"
	"bpcopy/internal/units"
)

// unset is a flag value whose zero means "not given". It prints that as
// nothing, so that the help does not show it as the default.
type unset struct{ pflag.Value }

func (u unset) String() string {
	switch s := u.Value.String(); s {
	case "0", "0s", "0/s":
		return ""
	default:
		return s
	}
}

// positiveDuration is a duration flag that must be more than zero.
type positiveDuration time.Duration

// String prints the duration as time.Duration does.
func (d *positiveDuration) String() string { return time.Duration(*d).String() }

// Type is what the help calls the value.
func (d *positiveDuration) Type() string { return "DURATION" }

// Set parses a duration such as 10s.
func (d *positiveDuration) Set(s string) error {
	v, err := time.ParseDuration(s)
	if err != nil || v <= 0 {
		return fmt.Errorf("want a duration above zero such as 500ms, 10s or 1m30s")
	}
	*d = positiveDuration(v)
	return nil
}

// zeroOrMore is a duration flag that may be zero.
type zeroOrMore time.Duration

// String prints the duration as time.Duration does.
func (d *zeroOrMore) String() string { return time.Duration(*d).String() }

// Type is what the help calls the value.
func (d *zeroOrMore) Type() string { return "DURATION" }

// Set parses a duration such as 2s, or 0.
func (d *zeroOrMore) Set(s string) error {
	v, err := time.ParseDuration(s)
	if err != nil || v < 0 {
		return fmt.Errorf("want 0 or a duration such as 500ms, 2s or 1m30s")
	}
	*d = zeroOrMore(v)
	return nil
}

// lowSpeed is a flag value with a rate and the time over which it is meant.
type lowSpeed struct {
	rate units.Rate
	over time.Duration
}

// String returns what Set reads, or "" for the zero value.
func (l *lowSpeed) String() string {
	if l.rate == 0 {
		return ""
	}
	return fmt.Sprintf("%v for %v", l.rate, l.over)
}

// Type is what the help calls the value.
func (l *lowSpeed) Type() string { return "RATE for DURATION" }

// Set parses a rate and a time such as "1MiB/s for 10s".
func (l *lowSpeed) Set(s string) error {
	words := strings.Fields(s)
	if len(words) != 3 || words[1] != "for" {
		return fmt.Errorf("want a rate and a time such as '1MiB/s for 10s'")
	}
	rate, err := units.ParseRate(words[0])
	if err != nil {
		return fmt.Errorf("%q: %w", words[0], err)
	}
	var over positiveDuration
	if err := over.Set(words[2]); err != nil {
		return fmt.Errorf("%q: %w", words[2], err)
	}
	*l = lowSpeed{rate, time.Duration(over)}
	return nil
}

// choice is a flag value that is one of a few words.
type choice struct {
	value string   // the chosen word
	of    []string // all words
}

// nodeChoice is the flag value of --node: one of Node's lines, or none.
func nodeChoice(line string) choice {
	c := choice{value: line}
	for _, line := range stream.Lines() {
		c.of = append(c.of, line.Name)
	}
	return c
}

// rules returns the rules of the chosen line of Node.
func (c *choice) rules() stream.Rules {
	line, err := stream.LineNamed(c.value)
	if err != nil {
		panic("cmd: internal error: " + err.Error()) // the flag has checked it
	}
	return line.Rules
}

// String returns the chosen word.
func (c *choice) String() string { return c.value }

// Type is what the help calls the value.
func (c *choice) Type() string { return strings.Join(c.of, "|") }

// Set chooses one of the words.
func (c *choice) Set(s string) error {
	if !slices.Contains(c.of, s) {
		return fmt.Errorf("want %s or %s", strings.Join(c.of[:len(c.of)-1], ", "), c.of[len(c.of)-1])
	}
	c.value = s
	return nil
}
