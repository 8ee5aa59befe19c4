package lesson

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// codeLine is a line of the Node program, with the events that light it up.
type codeLine struct {
	Text string `json:"text"`
	On   string `json:"on,omitempty"` // names of events, with spaces between them
}

// code collects the lines of a program.
type code []codeLine

func (c *code) add(text string) { *c = append(*c, codeLine{Text: text}) }

func (c *code) on(events, text string) { *c = append(*c, codeLine{text, events}) }

// program returns the program that makes Node do what the scenario does. It can
// be saved as a file (.mjs) and run.
func (s *settings) program() []codeLine {
	var c code
	c.add("import { Readable, Writable } from 'node:stream';")
	c.add("")
	s.addSource(&c)
	for i := range s.consumers {
		s.addDestination(&c, i)
	}
	c.add("")
	s.addLoop(&c)
	return c
}

// addSource adds the readable.
func (s *settings) addSource(c *code) {
	c.add(fmt.Sprintf("const chunk = Buffer.alloc(%d);", s.chunk))
	c.add(fmt.Sprintf("let left = %d;", s.count))
	c.add("const src = new Readable({")
	c.add(fmt.Sprintf("  highWaterMark: %d,", s.readAhead))
	push := "this.push(left-- > 0 ? chunk : null)"
	if s.endKnown {
		push = "{ this.push(chunk); if (--left === 0) this.push(null); }"
	}
	c.add("  read() {")
	c.add("    " + later("() => "+push, strconv.FormatInt(s.source, 10)) + ";")
	c.add("  },")
	c.add("});")
}

// addDestination adds a writable.
func (s *settings) addDestination(c *code, i int) {
	takes := strconv.FormatInt(s.consumers[i], 10)
	if i == 0 && len(s.stalls) > 0 {
		steps := s.overrides(s.consumers[0])
		var longer []string
		for _, call := range slices.Sorted(maps.Keys(steps)) {
			longer = append(longer, fmt.Sprintf("%s: %d", call, steps[call].LatencyMS))
		}
		c.add("let call = 0;")
		c.add("const stalled = { " + strings.Join(longer, ", ") + " }; // ms, by call")
		takes = "stalled[call++] ?? " + takes
	}
	c.add(fmt.Sprintf("const %s = new Writable({", s.destination(i)))
	c.add(fmt.Sprintf("  highWaterMark: %d,", s.mark))
	c.add("  write(chunk, encoding, done) {")
	c.add("    " + later("done", takes) + ";")
	c.add("  },")
	c.add("});")
}

// later returns a call of what in ms milliseconds. A timer of Node takes at
// least 1 ms.
func later(what, ms string) string {
	if ms == "0" {
		return "setImmediate(" + what + ")"
	}
	return "setTimeout(" + what + ", " + ms + ")"
}

// destination returns the name of a destination in the program.
func (s *settings) destination(i int) string {
	if len(s.consumers) == 1 {
		return "dst"
	}
	return "dst" + strconv.Itoa(i+1)
}

// addLoop adds how source and destinations are joined.
func (s *settings) addLoop(c *code) {
	switch {
	case !s.heeded:
		s.addHeedless(c)
	case s.pause == nil && len(s.consumers) == 1:
		c.add("// src.pipe(dst) is short for this:")
		c.on("data", "src.on('data', (chunk) => {")
		c.on("write", "  if (dst.write(chunk) === false) {")
		c.on("pause", "    src.pause();")
		c.on("drain resume", "    dst.once('drain', () => src.resume());")
		c.add("  }")
		c.add("});")
		c.on("end", "src.on('end', () => dst.end());")
	default:
		for i := range s.consumers {
			c.on("write drain", fmt.Sprintf("src.pipe(%s);", s.destination(i)))
		}
		if s.pause != nil {
			c.on("data", "src.on('data', (chunk) => {")
			s.addPause(c)
			c.add("});")
		}
	}
}

// addHeedless adds a loop that does not look at what write() returns.
func (s *settings) addHeedless(c *code) {
	c.on("data", "src.on('data', (chunk) => {")
	for i := range s.consumers {
		c.on("write", fmt.Sprintf("  %s.write(chunk); // what it returns is ignored", s.destination(i)))
	}
	if s.pause != nil {
		s.addPause(c)
	}
	c.add("});")
	for i := range s.consumers {
		c.on("end", fmt.Sprintf("src.on('end', () => %s.end());", s.destination(i)))
	}
}

// addPause adds the pause after each chunk.
func (s *settings) addPause(c *code) {
	c.on("pause", "  src.pause();")
	c.on("resume", fmt.Sprintf("  setTimeout(() => src.resume(), %d);", *s.pause))
}
