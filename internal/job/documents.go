package job

import (
	"cmp"
	"context"

	"bpcopy/internal/document"
	"bpcopy/internal/report"
	"bpcopy/internal/transfer"
)

// openDocuments opens the files of the documents.
func (j *Job) openDocuments(ctx context.Context) error {
	for i, plan := range j.plan.Documents {
		file, err := plan.Open(ctx)
		if err != nil {
			j.plan.Documents = j.plan.Documents[:i] // the others are left alone
			return err
		}
		j.reports.documents = append(j.reports.documents, file)
	}
	return nil
}

// writeDocument writes the document with that index and closes its file.
func (j *Job) writeDocument(ctx context.Context, i int, run document.Run) error {
	plan := j.plan.Documents[i]
	if i == len(j.reports.documents) { // the copy failed before it could open the reports
		opening, cancel := j.grace(ctx)
		defer cancel()
		file, err := plan.Open(opening)
		if err != nil {
			return err
		}
		j.reports.documents = append(j.reports.documents, file)
	}
	file := j.reports.documents[i]
	return cmp.Or(
		report.FileError("write report", plan.Name, plan.Form.Write(file, run)),
		report.FileError("close report", plan.Name, file.Close()))
}

// document returns what documents tell of the copy, with its summary.
func (j *Job) document(summary report.Summary) document.Run {
	run := document.Run{Summary: summary}
	t, c := j.transfer.Load(), j.chain.Load()
	switch {
	case t == nil:
	case c != nil:
		run.Series, run.Stages = c.series()
		run.Index = j.operand
	default:
		run.Series, run.Index = t.Series(), j.operand
	}
	return run
}

// SoFar returns what documents tell of the copy up to now. It may be called at any
// time from another goroutine.
func (j *Job) SoFar() document.Run {
	t := j.transfer.Load()
	if t == nil { // the ends may just be opened
		return document.Run{Summary: report.Summary{Name: j.plan.Name}, Running: true}
	}
	run := j.document(j.soFarSummary(t))
	run.Running = true
	return run
}

// soFarSummary returns the summary of what the transfer has come to.
func (j *Job) soFarSummary(t *transfer.Copy) report.Summary {
	s := j.describe()
	s.Count(j.whole(t, &s), j.operand)
	return s
}

// operand returns the index of the operand of a destination of the transfer.
func (j *Job) operand(dst int) int { return j.operandOf[dst] }
