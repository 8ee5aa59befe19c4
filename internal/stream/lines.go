package stream

import (
	"fmt"
	"strings"
)

// DefaultLine names the line whose rules hold where none is asked for.
const DefaultLine = "24"

// Line is one of Node's release lines, with the rules of the last of its
// releases that the machine was compared with.
type Line struct {
	Name     string // its major version: "24"
	Compared string // the releases that the machine was compared with: "24.0 to 24.21"
	Rules    Rules
}

// span is a row of releases of one line that have the same rules.
type span struct {
	major, first, last int // major.first to major.last
	rules              Rules
}

// spans has the releases whose rules are known, in their order.
func spans() []span {
	return []span{
		{20, 17, 20, Rules{FailuresTwice: true, RefillsAlways: true, AbortStays: true}},
		{22, 5, 22, Rules{RefillsAlways: true, AbortStays: true}},
		{22, 23, 23, Rules{AbortStays: true}},
		{24, 0, 11, Rules{RefillsAlways: true, AbortStays: true}},
		{24, 12, 14, Rules{AbortStays: true}},
		{24, 15, 15, Rules{}},
		{24, 16, 17, Rules{DestroyedStays: true}},
		{24, 18, 21, Rules{}},
		{26, 0, 0, Rules{ReadsOneChunk: true}},
		{26, 1, 5, Rules{ReadsOneChunk: true, DestroyedStays: true}},
		{26, 6, 8, Rules{ReadsOneChunk: true, DestroyedStays: true, UnpipeForgets: true}},
		{26, 9, 10, Rules{ReadsOneChunk: true, DestroyedStays: true, UnpipeForgets: true, EndWaits: true}},
	}
}

// Lines returns the lines that the machine can be like, oldest first.
func Lines() []Line {
	var lines []Line
	first := 0
	for _, s := range spans() {
		name := fmt.Sprint(s.major)
		if n := len(lines); n == 0 || lines[n-1].Name != name {
			lines = append(lines, Line{Name: name})
			first = s.first
		}
		line := &lines[len(lines)-1]
		line.Compared = fmt.Sprintf("%d.%d to %d.%d", s.major, first, s.major, s.last)
		line.Rules = s.rules
	}
	return lines
}

// LineNamed returns the line of that name. The error lists the names.
func LineNamed(name string) (Line, error) {
	var names []string
	for _, line := range Lines() {
		if line.Name == name {
			return line, nil
		}
		names = append(names, line.Name)
	}
	return Line{}, fmt.Errorf("unknown line %q of Node, want one of %s", name, strings.Join(names, ", "))
}

// Release returns the rules of one release, such as "v24.21.0". The error lists
// the releases whose rules are known.
func Release(version string) (Rules, error) {
	var major, minor int
	if _, err := fmt.Sscanf(strings.TrimPrefix(version, "v"), "%d.%d", &major, &minor); err == nil {
		for _, s := range spans() {
			if major == s.major && s.first <= minor && minor <= s.last {
				return s.rules, nil
			}
		}
	}
	var known []string
	for _, line := range Lines() {
		known = append(known, line.Compared)
	}
	return Rules{}, fmt.Errorf("the rules of Node %s are not known, want one of %s", version, strings.Join(known, ", "))
}
