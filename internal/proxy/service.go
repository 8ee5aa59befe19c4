package proxy

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/document"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/report"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

// Service is a proxy with what belongs to it: a command, a process that is
// watched, reports and a verdict.
type Service struct {
	plan  Plan
	clock *clock.Clock
	proxy atomic.Pointer[Proxy] // nil until it listens

	json     io.WriteCloser // nil until it is opened
	events   io.WriteCloser
	recorder *trace.Recorder // writes to events

	documents []io.WriteCloser // by index in the plan

	watch    *memoryWatch // nil if there is none
	command  *command     // nil if there is none
	ended    Snapshot     // what the proxy has come to
	listen   string       // the operand with the port
	began    bool         // bytes could move
	failures report.Failures
}

// NewService returns a service. It touches nothing before it runs.
func NewService(plan Plan) *Service {
	s := &Service{plan: plan, clock: clock.New(), listen: plan.Listen.String()}
	s.plan.Options.Clock = s.clock
	return s
}

// Result is what came of a service.
type Result struct {
	Summary report.ProxySummary
	Runs    []document.Run // as documents tell it
	Began   bool           // clients could connect

	failures report.Failures
	status   report.Status // of the command
}

// Err returns everything that failed, including conditions that do not hold, or
// nil. Its exit status is that of the run.
func (r *Result) Err() error {
	if r.status != report.OK {
		return &commandError{r.failures, r.status}
	}
	return r.failures.Err()
}

// Run relays until the proxy is over, or ctx is.
func (s *Service) Run(ctx context.Context) Result {
	process := s.plan.Process
	process.Begin(s.undo)
	err := s.open(ctx)
	if err == nil {
		err = s.relay(ctx)
	}
	s.fail(ctx, err)
	process.End()
	if s.failures.Err() == nil {
		process.Succeed()
	}
	return s.report(ctx)
}

// Refuse returns the result of a service that was not begun because of err.
func (s *Service) Refuse(ctx context.Context, err error) Result {
	s.fail(ctx, err)
	return s.report(ctx)
}

// undo removes what is left behind when the process must end at once.
func (s *Service) undo() {
	if p := s.proxy.Load(); p != nil {
		p.Close()
	}
}

// fail adds an error to the failures. Where ctx has ended, its cause is the only
// one.
func (s *Service) fail(ctx context.Context, err error) {
	switch {
	case err == nil:
	case ctx.Err() != nil:
		s.failures = *report.Of(context.Cause(ctx))
	default:
		s.failures.AddEach(err, withStatus)
	}
}

// withStatus gives an error the exit status of its type.
func withStatus(err error) error {
	if _, ok := err.(*endpoint.UsageError); ok {
		return &report.Failure{Status: report.Usage, Err: err}
	}
	return err
}

// open opens what needs no client: the reports, what is watched, the listener.
func (s *Service) open(ctx context.Context) (err error) {
	if s.plan.JSON.wanted() {
		if s.json, err = s.plan.JSON.Open(ctx); err != nil {
			s.plan.JSON = File{} // or writeJSON would try again
			return err
		}
	}
	if s.plan.Events.wanted() {
		if s.events, err = s.plan.Events.Open(ctx); err != nil {
			return err
		}
		s.recorder = trace.NewRecorder(s.events)
		s.plan.Observe = s.observe
	}
	if err = s.openDocuments(ctx); err != nil {
		return err
	}
	if s.plan.Watch != "" {
		if s.watch, err = newMemoryWatch(s.plan.Watch, s.plan.Upstream); err != nil {
			return fmt.Errorf("--watch %s: %w", s.plan.Watch, err)
		}
		s.plan.Stalled = s.watch.look
	}
	p, err := Listen(ctx, s.plan.Options)
	if err != nil {
		return err
	}
	if s.plan.Name == "" {
		s.plan.Name = p.Address()
	}
	s.listen = p.URL()
	s.proxy.Store(p) // SoFar reads the others after it
	return nil
}

// observe records an event.
func (s *Service) observe(conn int64, d Direction, at time.Duration, e *stream.Event) {
	s.recorder.EventOf(trace.Where{Conn: conn, Dir: d.String()}, at, e)
}

// relay runs the proxy, and what belongs to it.
func (s *Service) relay(ctx context.Context) error {
	p := s.proxy.Load()
	if len(s.plan.Command.Args) > 0 {
		var err error
		if s.command, err = startCommand(s.plan.Command, p.Address(), p.Finish); err != nil {
			p.discard()
			return err
		}
	}
	s.began = true
	s.plan.Listening(p.URL())
	s.plan.Process.GoBy(s.clock)
	stopTick := s.clock.Tick()
	if s.watch != nil {
		s.watch.start(p.InStall)
	}
	stopShow := s.plan.Show(s.plan.Name, p.Snapshot)
	passed := s.passSignal(ctx)
	err := p.Run(ctx)
	s.ended = p.Snapshot()
	stopShow()
	passed()
	if s.watch != nil {
		s.watch.stop()
	}
	stopTick()
	return err
}

// passSignal passes the signal on to the command that ends ctx. The function
// that it returns waits for the command then, for a while.
func (s *Service) passSignal(ctx context.Context) (wait func()) {
	if s.command == nil {
		return func() {}
	}
	stop := context.AfterFunc(ctx, func() {
		if signal, ok := s.plan.Command.Signal(context.Cause(ctx)); ok {
			s.command.signal(signal)
		}
	})
	return func() {
		stop()
		s.command.wait(ctx)
	}
}

// report writes the reports and returns the result.
func (s *Service) report(ctx context.Context) Result {
	if s.recorder != nil {
		s.failures.Add(s.closeEvents(ctx))
	}
	result := Result{Summary: s.summarize(), Began: s.began}
	if s.command != nil {
		result.status = s.command.status()
	}
	if result.status != report.OK {
		result.Summary.EndByCommand(result.status)
	}
	unmet := result.Summary.Judge(s.plan.Conditions)
	if s.plan.JSON.wanted() {
		s.failures.Add(s.writeJSON(ctx, &result.Summary))
	}
	result.Runs = s.runs(&result.Summary, false)
	for i := range s.plan.Documents {
		s.failures.Add(s.writeDocument(ctx, i, result.Runs))
	}
	s.failures.AddUnmet(unmet)
	result.failures = s.failures
	return result
}

// recordSummary adds the summary so far to the events.
func (s *Service) recordSummary() error {
	told := s.summarize()
	told.Judge(s.plan.Conditions)
	line, err := told.Recorded()
	if err == nil {
		s.recorder.Summary(line)
	}
	return err
}

// closeEvents writes the events that are left, and closes their file.
func (s *Service) closeEvents(ctx context.Context) (err error) {
	if s.plan.Recording {
		err = s.recordSummary()
	}
	closing, cancel := s.grace(ctx)
	defer cancel()
	name := s.plan.Events.Name
	return cmp.Or(
		report.FileError("write report", name, err),
		report.FileError("write report", name, s.recorder.Close(closing)),
		report.FileError("close report", name, s.events.Close()))
}

// writeJSON writes the summary and closes its file.
func (s *Service) writeJSON(ctx context.Context, summary *report.ProxySummary) (err error) {
	if s.json == nil { // the service failed before it could open the reports
		opening, cancel := s.grace(ctx)
		defer cancel()
		if s.json, err = s.plan.JSON.Open(opening); err != nil {
			return err
		}
	}
	name := s.plan.JSON.Name
	object, err := summary.JSON()
	if err == nil {
		_, err = s.json.Write(object)
	}
	return cmp.Or(report.FileError("write report", name, err), report.FileError("close report", name, s.json.Close()))
}

// grace returns a context for what is left to write. If ctx has ended, it lasts
// for the grace of the plan.
func (s *Service) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), s.plan.Grace)
}

// commandError is the end of a run whose command has failed, with what else
// went wrong.
type commandError struct {
	failures report.Failures
	status   report.Status
}

// Error returns all messages.
func (e *commandError) Error() string { return e.failures.Error() }

// Unwrap returns what else went wrong.
func (e *commandError) Unwrap() []error { return e.failures.Unwrap() }

// ExitStatus returns the status of the command.
func (e *commandError) ExitStatus() report.Status { return e.status }
