package faults

import (
	"encoding/json"
	"strings"
)

// report checks the summary object, if there is one.
func (c *check) report() {
	text := c.out.after[reportName].bytes
	aboutReport := c.hit(reportName) || c.hit(eventsName) || c.aboutReport()
	if text == "" {
		if c.complete() {
			c.complain("status 0 and no report")
		}
		return
	}
	var report struct {
		Schema   string
		Bytes    int
		ExitCode *int `json:"exit_code"`
	}
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		if !aboutReport {
			c.complain("status %s: the report is no JSON: %v: %.200q", c.end(), err, text)
		}
		return
	}
	if report.ExitCode == nil || *report.ExitCode != c.code() && !aboutReport {
		c.complain("status %s: the report says %.300q", c.end(), text)
	}
	c.reported(report.Bytes)
	c.events()
}

// reported compares the bytes of a report with those that arrived.
func (c *check) reported(bytes int) {
	for _, d := range c.s.dests {
		got, want := c.text(d)
		arrived := len(got)
		switch {
		case d.how == whole && !c.complete():
			continue // nothing has arrived where one can see it
		case d.how == added:
			arrived -= len(d.old)
		}
		if bytes != arrived || bytes > len(want) {
			c.complain("status %s: the report says %d bytes; %s got %d", c.end(), bytes, d.name, arrived)
		}
	}
}

// events wants lines of JSON, the last of which may be cut where writing failed.
func (c *check) events() {
	lines := strings.SplitAfter(c.out.after[eventsName].bytes, "\n")
	for i, line := range lines {
		if line == "" || json.Valid([]byte(line)) || i == len(lines)-1 && !c.complete() {
			continue
		}
		c.complain("status %s: an event is no JSON: %.200q", c.end(), line)
		return
	}
}
