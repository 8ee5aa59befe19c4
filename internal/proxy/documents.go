package proxy

import (
	"cmp"
	"context"

	"bpcopy/internal/document"
	"bpcopy/internal/report"
)

// MostRows is how many connections documents show: each is two runs.
const MostRows = document.MaxRows / 2

// openDocuments opens the files of the documents.
func (s *Service) openDocuments(ctx context.Context) error {
	for i, plan := range s.plan.Documents {
		file, err := plan.Open(ctx)
		if err != nil {
			s.plan.Documents = s.plan.Documents[:i] // the others are left alone
			return err
		}
		s.documents = append(s.documents, file)
	}
	return nil
}

// writeDocument writes the document with that index and closes its file.
func (s *Service) writeDocument(ctx context.Context, i int, runs []document.Run) error {
	plan := s.plan.Documents[i]
	if i == len(s.documents) { // the service failed before it could open the reports
		opening, cancel := s.grace(ctx)
		defer cancel()
		file, err := plan.Open(opening)
		if err != nil {
			return err
		}
		s.documents = append(s.documents, file)
	}
	file := s.documents[i]
	return cmp.Or(
		report.FileError("write report", plan.Name, plan.Form.Write(file, runs...)),
		report.FileError("close report", plan.Name, file.Close()))
}

// SoFar returns what documents tell of the proxy up to now. It may be called at any time
// from another goroutine.
func (s *Service) SoFar() []document.Run {
	p := s.proxy.Load()
	if p == nil { // it does not listen yet
		return []document.Run{{Summary: report.Summary{Name: s.plan.Listen.String()}, Running: true}}
	}
	summary := s.describe()
	count(&summary, p.Snapshot())
	return s.runs(&summary, true)
}

// runs returns the proxy as runs of documents: as a whole, its directions, and both
// directions of each connection that has a row.
func (s *Service) runs(summary *report.ProxySummary, running bool) []document.Run {
	all := document.ProxyRuns(summary)
	for i := range all {
		all[i].Running = running
	}
	if p := s.proxy.Load(); p != nil {
		all[1].Series, all[2].Series = p.Series(Down), p.Series(Up)
		for _, row := range p.Rows() {
			all = append(all, rowRun(summary, row, Down), rowRun(summary, row, Up))
		}
	}
	return all
}

// rowRun returns a direction of one connection.
func rowRun(s *report.ProxySummary, row Row, d Direction) document.Run {
	run := document.ProxyRow(s, row.Number, d.String())
	run.Series, run.From, run.Running = row.Series[d], row.Began[d], row.Running
	if len(row.Stats[d].Destinations) > 0 { // it has begun
		run.Summary.Count(row.Stats[d], func(int) int { return 0 })
	}
	return run
}
