package proxy

import (
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
)

// describe returns a summary that has the settings alone.
func (s *Service) describe() report.ProxySummary {
	opts := s.plan.Options
	return report.ProxySummary{
		Schema:         report.ProxySchema,
		Name:           s.plan.Name,
		Listen:         s.listen,
		Upstream:       opts.Upstream.String(),
		HighWaterMark:  opts.Transfer.HighWaterMark,
		LowWaterMark:   opts.Transfer.LowWaterMark,
		ReadAhead:      opts.Transfer.ReadAhead,
		ChunkSize:      opts.Transfer.ChunkSize,
		Share:          opts.Share / 100,
		Seed:           opts.Seed,
		StoppedSeconds: s.clock.Stopped().Seconds(),
	}
}

// summarize returns the summary of the service.
func (s *Service) summarize() report.ProxySummary {
	summary := s.describe()
	if s.proxy.Load() != nil {
		count(&summary, s.ended)
	}
	if s.watch != nil {
		summary.Watched = s.watch.summary(summary.Down.Stalls+summary.Up.Stalls > 0)
	}
	if s.command != nil {
		summary.CommandExitCode = s.command.exitCode()
	}
	summary.End(&s.failures)
	return summary
}

// count fills in what a proxy has come to.
func count(summary *report.ProxySummary, now Snapshot) {
	c := now.Connections
	summary.Connections = report.ProxyConnections{Opened: c.Opened, Completed: c.Completed, Failed: c.Failed, Cut: c.Cut, MostAtOnce: c.MostAtOnce}
	summary.ElapsedSeconds = now.Elapsed.Seconds()
	summary.Down, summary.Up = now.Flows[Down].summary(), now.Flows[Up].summary()
	summary.Bytes = summary.Down.Bytes + summary.Up.Bytes
	summary.Buffers = report.ProxyBuffers{Client: buffers(now.Client), Upstream: buffers(now.Upstream)}
}

func buffers(b endpoint.Buffers) report.SocketBuffers {
	return report.SocketBuffers{Receive: b.Receive, Send: b.Send}
}

// summary returns the part of a summary that is about the direction.
func (f Flow) summary() report.ProxyFlow {
	s := report.ProxyFlow{
		Bytes:                f.Written,
		Read:                 f.Read,
		Pauses:               f.Pauses,
		Drains:               f.Drains,
		Resumes:              f.Resumes,
		PausedSeconds:        f.Paused.Seconds(),
		LongestPauseSeconds:  f.LongestPause.Seconds(),
		PeakLength:           f.PeakLength,
		Stalls:               f.Stalls,
		AcceptedWhileStalled: f.Accepted,
		QuietAfterSeconds:    seconds(f.QuietAfter),
		ResumedAfterSeconds:  seconds(f.ResumedAfter),
	}
	if f.Conduit != "" {
		s.Conduit = &f.Conduit
	}
	if f.Stalled > 0 {
		s.StalledSeconds = seconds(&f.Stalled)
	}
	w := f.Waits
	s.Wait(w[ledger.BySource], w[ledger.ByDestination], w[ledger.ByLimit], w[ledger.ByUser], w[ledger.ByProgram], f.Time)
	return s
}

func seconds(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	return new(d.Seconds())
}
