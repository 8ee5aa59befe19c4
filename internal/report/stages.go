package report

import (
	"fmt"
	"time"

	"bpcopy/internal/inert"
	"bpcopy/internal/ledger"
	"bpcopy/internal/units"
)

// Stage is a command of --through in the summary, or a stage of a demo.
type Stage struct {
	Command string `json:"command"` // empty in a demo
	// ExitStatus is that of a shell: 128 and more for a signal. It is nil if the command
	// was not started, and in a demo.
	ExitStatus    *int    `json:"exit_status"`
	WaitedSeconds float64 `json:"waited_seconds" unit:"s"` // its share of the time of all stages
	Read          Leg     `json:"read"`                    // the copy to it
	Written       Leg     `json:"written"`                 // the copy from it
}

// Leg is one of the copies of a chain: to a stage, or from it. Its source and its
// destination are its own: to the copy from a stage, that stage is the source.
type Leg struct {
	Bytes               int64   `json:"bytes" unit:"bytes"`
	Pauses              int64   `json:"pauses"`
	Drains              int64   `json:"drains"`
	Resumes             int64   `json:"resumes"`
	PausedSeconds       float64 `json:"paused_seconds" unit:"s"`
	LongestPauseSeconds float64 `json:"longest_pause_seconds" unit:"s"`
	PeakLength          int64   `json:"peak_length" unit:"bytes"`
	Conduit             string  `json:"conduit" words:"memory kernel"`
	ElapsedSeconds      float64 `json:"elapsed_seconds" unit:"s"`
	Waited              Waited  `json:"waited"`
	Bottleneck          string  `json:"bottleneck" words:"source destination limit user program balanced none"`
	BottleneckShare     float64 `json:"bottleneck_share" unit:"share"`
}

// NewLeg returns what a ledger tells of one of the copies of a chain.
func NewLeg(l ledger.Snapshot, conduit string) Leg {
	leg := Leg{
		Bytes: l.Written, Pauses: l.Pauses, Drains: l.Drains, Resumes: l.Resumes,
		PausedSeconds: l.Paused.Seconds(), LongestPauseSeconds: l.LongestPause.Seconds(),
		PeakLength: l.PeakLength, Conduit: conduit, ElapsedSeconds: l.Elapsed.Seconds(),
		Waited: waited(l.Waits, l.Elapsed),
	}
	leg.Bottleneck, leg.BottleneckShare = leg.Waited.bottleneck(l.Elapsed)
	return leg
}

// CountStages fills in the times of the stages.
func (s *Summary) CountStages(held []time.Duration) {
	for i, d := range held {
		s.Stages[i].WaitedSeconds = d.Seconds()
	}
}

// slowestStage returns the index of the stage that held the copy up for longest.
func (s *Summary) slowestStage() int {
	slowest := 0
	for i, stage := range s.Stages {
		if stage.WaitedSeconds > s.Stages[slowest].WaitedSeconds {
			slowest = i
		}
	}
	return slowest
}

// mostCommand is how many characters of a command are shown in a sentence.
const mostCommand = 40

// named returns a holder for people, with its article: of a stage, the one that held the
// copy up for longest.
func (s *Summary) named(holder string) string {
	if holder != byStage || len(s.Stages) == 0 {
		return "the " + holder
	}
	slowest := s.slowestStage()
	if s.Stages[slowest].Command == "" {
		return s.stageNamed(slowest)
	}
	return "the " + s.stageNamed(slowest)
}

// stageNamed returns a stage for people: with its command, or with its number if it has
// none, as those of a demo.
func (s *Summary) stageNamed(i int) string {
	command := []rune(s.Stages[i].Command)
	if len(command) == 0 {
		return fmt.Sprintf("%s %d", byStage, i+1)
	}
	if len(command) > mostCommand {
		command = append(command[:mostCommand-1], '…')
	}
	return fmt.Sprintf("%s \"%s\"", byStage, inert.Line(string(command)))
}

// rows tells of each stage what went in and what came out, and how often either copy was
// paused.
func (s *Summary) rows() (rows []string) {
	for i, stage := range s.Stages {
		row := fmt.Sprintf("%s: %s in, pause %d drain %d; %s out, pause %d drain %d; waited for %s",
			s.stageNamed(i), units.Size(stage.Read.Bytes).Human(), stage.Read.Pauses, stage.Read.Drains,
			units.Size(stage.Written.Bytes).Human(), stage.Written.Pauses, stage.Written.Drains, Seconds(stage.WaitedSeconds))
		rows = append(rows, row)
	}
	return rows
}
