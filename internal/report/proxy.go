package report

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"bpcopy/internal/expect"
	"bpcopy/internal/units"
)

// ProxySchema names the form of a proxy's summary object, as [Schema] does for
// that of a copy.
const ProxySchema = "bpcopy.proxy/1"

// ProxySummary is what --json writes for a proxy. What was said of [Summary]
// holds for it, too.
type ProxySummary struct {
	Schema          string           `json:"schema"`
	Name            string           `json:"name"`
	Listen          string           `json:"listen"` // an operand with the port that was chosen
	Upstream        string           `json:"upstream"`
	Bytes           int64            `json:"bytes" unit:"bytes"` // delivered, in both directions
	ElapsedSeconds  float64          `json:"elapsed_seconds" unit:"s"`
	StoppedSeconds  float64          `json:"stopped_seconds" unit:"s"`
	HighWaterMark   int64            `json:"high_water_mark" unit:"bytes"`
	LowWaterMark    int64            `json:"low_water_mark" unit:"bytes"`
	ReadAhead       int64            `json:"read_ahead" unit:"bytes"`
	ChunkSize       int64            `json:"chunk_size" unit:"bytes"`
	Share           float64          `json:"share" unit:"share"` // of the connections that follow the scripts
	Seed            uint64           `json:"seed"`
	Connections     ProxyConnections `json:"connections"`
	Down            ProxyFlow        `json:"down"` // what the clients receive
	Up              ProxyFlow        `json:"up"`   // what they send
	Buffers         ProxyBuffers     `json:"buffers"`
	Watched         Watched          `json:"watched"`
	CommandExitCode *int             `json:"command_exit_code"` // null if there is no command, or it did not end
	Result          string           `json:"result" words:"ok error usage timeout interrupted command"`
	Error           *string          `json:"error"`
	ExitCode        int              `json:"exit_code"`
	Expectations    []Expectation    `json:"expectations,omitempty"`
}

// ProxyConnections says what became of the connections.
type ProxyConnections struct {
	Opened     int64 `json:"opened"`
	Completed  int64 `json:"completed"` // both sides have ended, and everything was delivered
	Failed     int64 `json:"failed"`    // the upstream could not be reached
	Cut        int64 `json:"cut"`       // ended in any other way
	MostAtOnce int64 `json:"most_at_once"`
}

// ProxyFlow is one direction of all connections. The waits are added up over all
// of them.
type ProxyFlow struct {
	Bytes               int64   `json:"bytes" unit:"bytes"` // delivered
	Read                int64   `json:"read" unit:"bytes"`
	Pauses              int64   `json:"pauses"`
	Drains              int64   `json:"drains"`
	Resumes             int64   `json:"resumes"`
	PausedSeconds       float64 `json:"paused_seconds" unit:"s"`
	LongestPauseSeconds float64 `json:"longest_pause_seconds" unit:"s"`
	PeakLength          int64   `json:"peak_length" unit:"bytes"`
	Conduit             *string `json:"conduit" words:"memory kernel both"` // null if no byte moved
	Waited              Waited  `json:"waited"`
	Bottleneck          string  `json:"bottleneck" words:"source destination limit user program balanced none"`
	BottleneckShare     float64 `json:"bottleneck_share" unit:"share"`

	// What follows is null if no stall was, and from Accepted on also if none
	// made bytes wait.
	StalledSeconds       *float64 `json:"stalled_seconds" unit:"s"`
	Stalls               int64    `json:"stalls"` // that made bytes wait
	AcceptedWhileStalled *int64   `json:"accepted_while_stalled" unit:"bytes"`
	QuietAfterSeconds    *float64 `json:"quiet_after_seconds" unit:"s"`
	ResumedAfterSeconds  *float64 `json:"resumed_after_seconds" unit:"s"`
}

// ProxyBuffers are the sizes that the kernel has granted the two sockets of a
// connection, or 0 if none was made.
type ProxyBuffers struct {
	Client   SocketBuffers `json:"client"`
	Upstream SocketBuffers `json:"upstream"`
}

// SocketBuffers are the sizes of a socket's buffers. Linux counts its own
// bookkeeping, so they are twice what was asked for.
type SocketBuffers struct {
	Receive int64 `json:"rcvbuf" unit:"bytes"`
	Send    int64 `json:"sndbuf" unit:"bytes"`
}

// Watched is the memory of a process that was watched and of its children.
type Watched struct {
	PID                   *int   `json:"pid"`
	RSSGrowthWhileStalled *int64 `json:"rss_growth_while_stalled" unit:"bytes"`
	PeakRSS               *int64 `json:"peak_rss" unit:"bytes"`
}

// ProxyFields returns the fields of a proxy's summary that conditions can use.
func ProxyFields() expect.Fields {
	var all []expect.Field
	add(&all, "", reflect.TypeFor[ProxySummary](), nil)
	return expect.NewFields(all)
}

// Wait fills in who was waited for in a direction whose copies took so long
// altogether.
func (f *ProxyFlow) Wait(source, destination, limit, user, program, elapsed time.Duration) {
	f.Waited = Waited{
		SourceSeconds: source.Seconds(), DestinationSeconds: destination.Seconds(), LimitSeconds: limit.Seconds(),
		UserSeconds: user.Seconds(), ProgramSeconds: program.Seconds(),
	}
	f.Bottleneck, f.BottleneckShare = f.Waited.bottleneck(elapsed)
}

// JSON returns the summary as one line, with its newline.
func (s *ProxySummary) JSON() ([]byte, error) { return line(s) }

// End fills in how the run ended.
func (s *ProxySummary) End(failures *Failures) {
	status := failures.ExitStatus()
	s.Result, s.ExitCode = status.String(), int(status)
	if failures.all != nil {
		s.Error = new(failures.Error())
	}
}

// EndByCommand fills in that the command's exit status is that of the run.
func (s *ProxySummary) EndByCommand(status Status) {
	s.Result, s.ExitCode = "command", int(status)
}

// Judge checks the conditions, as [Summary.Judge] does.
func (s *ProxySummary) Judge(conditions []expect.Condition) (unmet []string) {
	if len(conditions) == 0 {
		return nil
	}
	s.Expectations, unmet = judge(s, conditions)
	for i, text := range unmet {
		if why := s.lacks(text); why != "" {
			unmet[i] = text + ": " + why
		}
	}
	if unmet != nil && s.ExitCode == int(OK) {
		var failures Failures
		failures.AddUnmet(unmet)
		s.End(&failures)
	}
	return unmet
}

// lacks says why a field has no value that an unmet condition is about.
func (s *ProxySummary) lacks(unmet string) string {
	for _, flow := range []struct {
		name string
		*ProxyFlow
	}{{"down", &s.Down}, {"up", &s.Up}} {
		null := func(field string) bool { return strings.Contains(unmet, flow.name+"."+field+" is null") }
		switch {
		case flow.StalledSeconds == nil && (null("stalled_seconds") || null("accepted_while_stalled") || null("quiet_after_seconds") || null("resumed_after_seconds")):
			return "no script stalled that direction"
		case null("accepted_while_stalled"), null("quiet_after_seconds"), null("resumed_after_seconds") && flow.Stalls == 0:
			return "every stall ended before the sender had anything to send"
		case null("resumed_after_seconds"):
			return "no sender went on after a stall"
		}
	}
	switch null := func(field string) bool { return strings.Contains(unmet, "watched."+field+" is null") }; {
	case s.Watched.PID == nil && (null("rss_growth_while_stalled") || null("peak_rss")):
		return "no process was watched"
	case null("rss_growth_while_stalled") && s.Down.StalledSeconds == nil && s.Up.StalledSeconds == nil:
		return "no script stalled a direction"
	case null("rss_growth_while_stalled"):
		return "every stall ended before the sender had anything to send"
	}
	return ""
}

// Text returns the summary for people, one line for each direction after the
// first.
func (s *ProxySummary) Text() []string {
	c := s.Connections
	noun := "connections"
	if c.Opened == 1 {
		noun = "connection"
	}
	first := fmt.Sprintf("%s: %d %s in %s: %d completed, %d cut, %d failed; at most %d at once",
		s.Name, c.Opened, noun, Seconds(s.ElapsedSeconds), c.Completed, c.Cut, c.Failed, c.MostAtOnce)
	if s.CommandExitCode != nil && *s.CommandExitCode != 0 {
		first += fmt.Sprintf("; the command ended with status %d", *s.CommandExitCode)
	}
	lines := []string{first, s.Name + ": up: " + s.Up.text(), s.Name + ": down: " + s.Down.text()}
	if w := s.Watched; w.PID != nil && w.PeakRSS != nil {
		text := fmt.Sprintf("%s: process %d: peak %s", s.Name, *w.PID, units.Size(*w.PeakRSS).Human())
		if w.RSSGrowthWhileStalled != nil {
			text += fmt.Sprintf("; grew by %s while stalled", units.Size(*w.RSSGrowthWhileStalled).Human())
		}
		lines = append(lines, text)
	}
	return lines
}

// text returns what a direction has come to, for people.
func (f *ProxyFlow) text() string {
	text := units.Size(f.Bytes).Human()
	switch f.Bottleneck {
	case "source", "destination", "limit", "user":
		text += fmt.Sprintf("; waited for the %s %.0f %%", f.Bottleneck, 100*f.BottleneckShare)
	}
	text += fmt.Sprintf("; pause %d drain %d resume %d", f.Pauses, f.Drains, f.Resumes)
	if f.StalledSeconds != nil {
		text += fmt.Sprintf("; stalled %s", Seconds(*f.StalledSeconds))
	}
	if f.AcceptedWhileStalled != nil {
		text += fmt.Sprintf(": took %s, quiet after %s", units.Size(*f.AcceptedWhileStalled).Human(), Seconds(*f.QuietAfterSeconds))
	}
	if f.ResumedAfterSeconds != nil {
		text += fmt.Sprintf(", resumed after %s", Seconds(*f.ResumedAfterSeconds))
	}
	return text
}
