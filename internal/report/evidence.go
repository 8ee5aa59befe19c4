package report

import (
	"fmt"
	"strings"
	"time"

	"bpcopy/internal/inert"
)

// Evidence is what the kernel tells of why a side was waited for. There is one for
// each kind and process that it tells of. A kind sets the fields that are named for it,
// and no others.
//
// Share is the share of the looks at that end in which it held. Looks are made up to ten
// times a second, while the end is waited for. Of "tcp" it is the share of the time in
// which bytes were on their way.
type Evidence struct {
	Side        string  `json:"side" words:"source destination stage"`
	Stage       *int    `json:"stage,omitempty"`       // its index, if the side is a stage
	Destination *int    `json:"destination,omitempty"` // its index, if there are several
	Kind        string  `json:"kind" words:"process tcp queue disk limit"`
	Share       float64 `json:"share" unit:"share"`

	// process: the one at the other end, or behind it in a pipeline. State is also of
	// disk and limit.
	PID      int      `json:"pid,omitempty"`
	Command  string   `json:"command,omitempty"`
	State    string   `json:"state,omitempty" words:"running reading writing disk stopped sleeping rate script"`
	CPUShare *float64 `json:"cpu_share,omitempty" unit:"share"` // of one processor; threads add up

	// tcp: for how long bytes on their way waited for whom.
	ReceiverWindowSeconds *float64 `json:"receiver_window_seconds,omitempty" unit:"s"`
	SendBufferSeconds     *float64 `json:"send_buffer_seconds,omitempty" unit:"s"`
	NetworkSeconds        *float64 `json:"network_seconds,omitempty" unit:"s"`
	Retransmits           *int64   `json:"retransmits,omitempty"`
	RTTSeconds            *float64 `json:"rtt_seconds,omitempty" unit:"s"`

	// queue: what waited in the kernel on average, and how much can.
	Bytes    *int64 `json:"bytes,omitempty" unit:"bytes"`
	Capacity *int64 `json:"capacity,omitempty" unit:"bytes"`

	// disk: where in the kernel this process waited, and for which share of the time
	// any process of the system waited for a disk.
	WaitChannel  string   `json:"wait_channel,omitempty"`
	StalledShare *float64 `json:"stalled_share,omitempty" unit:"share"`
}

// MostEvidence is how much evidence conditions can name.
const MostEvidence = 8

// proves is the share from which evidence explains a bottleneck.
const proves = 0.5

// Because returns why the bottleneck was one, as far as there is evidence that held for
// at least half of the time, or "". It says nothing of other sides.
func (s *Summary) Because() string {
	for _, words := range []func(Evidence) string{processWords, limitWords, s.tcpWords, diskWords} {
		for _, e := range s.Evidence {
			if s.concerns(e) && e.Share >= proves {
				if text := words(e); text != "" {
					return s.whose(e) + text
				}
			}
		}
	}
	return ""
}

// concerns reports whether evidence is about the bottleneck. Of several destinations
// that is the one that held the source for longest.
func (s *Summary) concerns(e Evidence) bool {
	if s.Bottleneck == "limit" {
		return e.Kind == "limit"
	}
	if e.Side != s.Bottleneck || e.Kind == "limit" {
		return false
	}
	if e.Stage != nil && *e.Stage != s.slowestStage() {
		return false
	}
	return e.Destination == nil || *e.Destination == s.slowest()
}

// slowest returns the index of the destination that held the source for longest.
func (s *Summary) slowest() int {
	slowest, most := 0, -1.0
	for i, d := range s.Destinations {
		if d.WaitedSeconds != nil && *d.WaitedSeconds > most {
			slowest, most = i, *d.WaitedSeconds
		}
	}
	return slowest
}

// whose names the destination if there are several.
func (s *Summary) whose(e Evidence) string {
	if e.Destination == nil || *e.Destination >= len(s.Destinations) {
		return ""
	}
	return inert.Line(s.Destinations[*e.Destination].Name) + ": "
}

// processWords names the process, which may have called itself anything.
func processWords(e Evidence) string {
	command := inert.Line(e.Command)
	if strings.TrimSpace(command) == "" { // it may call itself nothing
		command = fmt.Sprintf("process %d", e.PID)
	}
	switch {
	case e.Kind != "process":
		return ""
	case e.CPUShare != nil && (*e.CPUShare >= proves || e.State == "running"):
		return fmt.Sprintf("%s, %.0f %% of a CPU", command, 100**e.CPUShare)
	case e.State == "disk":
		return command + ", waiting for a disk"
	}
	return command + ", " + e.State
}

func limitWords(e Evidence) string {
	switch {
	case e.Kind != "limit":
		return ""
	case e.State == "rate":
		return "--rate"
	}
	return "a script of the " + e.Side
}

// tcpWords names what a connection waited for in most of its time, if it waited in most
// of the copy's.
func (s *Summary) tcpWords(e Evidence) string {
	if e.Kind != "tcp" {
		return ""
	}
	receiver, buffer, network := *e.ReceiverWindowSeconds, *e.SendBufferSeconds, *e.NetworkSeconds
	most := proves * (receiver + buffer + network)
	switch {
	case receiver >= most:
		return "the receiver's window, " + Seconds(receiver)
	case buffer >= most:
		return "the send buffer, " + Seconds(buffer)
	case network < most:
		return ""
	}
	text := "the network, rtt " + rtt(*e.RTTSeconds)
	if *e.Retransmits > 0 {
		text += fmt.Sprintf(", %d retransmits", *e.Retransmits)
	}
	return text
}

// rtt returns a round trip time as text.
func rtt(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	if d >= 10*time.Millisecond {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}

// diskWords tells how often this copy itself waited. The other share is that of the
// whole system, weighted by how busy its processors are.
func diskWords(e Evidence) string {
	if e.Kind != "disk" || e.State != "disk" {
		return ""
	}
	return fmt.Sprintf("the disk, stalled %.0f %% of the time", 100*e.Share)
}
