package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"bpcopy/internal/report"
	"bpcopy/internal/units"
)

// expecting runs the program in this process, with its standard output in
// stdout, and returns its exit status and what it says of errors.
func expecting(t *testing.T, stdout *os.File, args ...string) (code int, errors []string) {
	t.Helper()
	stdin, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stderr, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	code = Main(args, Env{Stdin: stdin, Stdout: stdout, Stderr: stderr, Getenv: func(string) string { return "" }})
	text, err := os.ReadFile(stderr.Name())
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if message, ok := strings.CutPrefix(line, "bpcopy: error: "); ok {
			errors = append(errors, strings.TrimSuffix(message, "\n"))
		}
	}
	return code, errors
}

// writeSource makes a source of so many bytes in a new folder, where it also
// names a destination and a report.
func writeSource(t *testing.T, size units.Size) (src, dst, report string) {
	t.Helper()
	dir := t.TempDir()
	src = filepath.Join(dir, "src")
	if err := os.WriteFile(src, make([]byte, size), 0o666); err != nil {
		t.Fatal(err)
	}
	return src, filepath.Join(dir, "dst"), filepath.Join(dir, "report")
}

func readSummary(t *testing.T, path string) (report.Summary, string) {
	t.Helper()
	object, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s report.Summary
	if err := json.Unmarshal(object, &s); err != nil {
		t.Fatalf("%s: %v", object, err)
	}
	return s, string(object)
}

// expectFlags asks for each of the conditions and a report.
func expectFlags(report string, conditions []string) []string {
	args := []string{"-q", "--json", report}
	for _, c := range conditions {
		args = append(args, "--expect", c)
	}
	return args
}

// inWordsOfThisSystem puts a path, and what the system says of one where
// nothing is, in place of SRC and what Linux says.
func inWordsOfThisSystem(errs, src string) string {
	quoted := strconv.Quote(src)
	twice := strconv.Quote(quoted)
	return strings.NewReplacer(
		`\"SRC\"`, twice[1:len(twice)-1],
		`"SRC"`, quoted,
		"no such file or directory", syscall.ENOENT.Error(),
	).Replace(errs)
}

func TestExpect(t *testing.T) {
	for _, tt := range []struct {
		name       string
		missing    bool // the source
		conditions []string
		code       int
		result     string
		errors     []string
		report     string // the end of the summary object
	}{{
		name: "none", code: 0, result: "ok", report: `"result":"ok","error":null,"exit_code":0}` + "\n",
	}, {
		name:       "all hold",
		conditions: []string{"bytes = 1MiB"}, code: 0, result: "ok",
		report: `"error":null,"exit_code":0,"expectations":[{"condition":"bytes = 1MiB","holds":true,"actual":"1048576"}]}` + "\n",
	}, {
		name: "every kind",
		conditions: []string{"result=ok", "exit_code = 0", "pauses == 16", "drains==pauses", "destinations[0].writes = 64",
			"peak_length <= 64KiB", "high_water_mark = 64KiB", "conduit = memory", "error = null", "requested_rate = 8MiB/s",
			"source.size = 1MiB", "rate in 1..16MiB/s", "paused_seconds > 0s", "longest_pause_seconds <= paused_seconds"},
		code: 0, result: "ok",
	}, {
		name:       "some fail",
		conditions: []string{"pauses >= 100", "bytes = 1MiB", "peak_length<64KiB", "requested_rate = null"},
		code:       3, result: "expectation",
		errors: []string{`expectation "pauses >= 100" does not hold: pauses is 16`,
			`expectation "peak_length < 64KiB" does not hold: peak_length is 65536 (64 KiB)`,
			`expectation "requested_rate = null" does not hold: requested_rate is 8388608 (8 MiB/s)`},
		report: `"exit_code":3,"expectations":[{"condition":"pauses >= 100","holds":false,"actual":"16"},` +
			`{"condition":"bytes = 1MiB","holds":true,"actual":"1048576"},` +
			`{"condition":"peak_length < 64KiB","holds":false,"actual":"65536"},` +
			`{"condition":"requested_rate = null","holds":false,"actual":"8388608"}]}` + "\n",
	}, {
		name: "failure foreseen", missing: true,
		conditions: []string{"result = error", "exit_code = 1", "bytes = 0"}, code: 1, result: "error",
		errors: []string{`open source "SRC": no such file or directory`},
	}, {
		name: "failure unforeseen", missing: true,
		conditions: []string{"result = ok", "error = null"}, code: 1, result: "error",
		errors: []string{`open source "SRC": no such file or directory`,
			`expectation "result = ok" does not hold: result is error`,
			`expectation "error = null" does not hold: error is "open source \"SRC\": no such file or directory"`},
	}} {
		t.Run(tt.name, func(t *testing.T) {
			src, dst, report := writeSource(t, units.MiB)
			if tt.missing {
				src += "-missing"
			}
			args := append(expectFlags(report, tt.conditions), "-H64K", "--read-ahead=64K", "-c16K", "--rate=8MiB/s", "--conduit=memory", src, dst)
			code, got := expecting(t, nil, args...)
			want := inWordsOfThisSystem(strings.Join(tt.errors, "\n"), src)
			if got := strings.Join(got, "\n"); code != tt.code || got != want {
				t.Errorf("bpcopy %q = %d, errors\n%s\nwant %d,\n%s", args, code, got, tt.code, want)
			}
			s, object := readSummary(t, report)
			if s.Result != tt.result || s.ExitCode != tt.code || len(s.Expectations) != len(tt.conditions) || !strings.HasSuffix(object, tt.report) {
				t.Errorf("bpcopy %q reports %s\nwant %s, %d, %d expectations, …%s", args, object, tt.result, tt.code, len(tt.conditions), tt.report)
			}
			if tt.result == "expectation" && (s.Error == nil || *s.Error != want) {
				t.Errorf("bpcopy %q reports %s\nwant the error %q", args, object, want)
			}
		})
	}
}

// A copy that does not come up to the expectations has been made all the same.
func TestExpectKeepsDestination(t *testing.T) {
	src, dst, _ := writeSource(t, 10)
	code, _ := expecting(t, nil, "-q", "--expect", "bytes > 10", src, dst)
	if info, err := os.Stat(dst); code != 3 || err != nil || info.Size() != 10 {
		t.Errorf("bpcopy = %d, destination %v, %v; want 3 and 10 bytes", code, info, err)
	}
}

// The consumer that goes away may be what is expected: the status tells it
// still.
func TestExpectConsumerGone(t *testing.T) {
	src, _, report := writeSource(t, units.MiB)
	for _, tt := range []struct {
		condition string
		holds     bool
	}{{"result = consumer-gone", true}, {"result = ok", false}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		code, errors := expecting(t, w, append(expectFlags(report, []string{tt.condition}), src, "-")...)
		w.Close()
		want := 1
		if !tt.holds {
			want = 2
		}
		if s, object := readSummary(t, report); code != 141 || len(errors) != want || s.Result != "consumer-gone" ||
			s.ExitCode != 141 || len(s.Expectations) != 1 || s.Expectations[0].Holds != tt.holds {
			t.Errorf("--expect %q: bpcopy = %d, %q, reports %s; want 141, %d errors, holds %v",
				tt.condition, code, errors, object, want, tt.holds)
		}
	}
}

// A condition that cannot be judged is found before anything is touched.
func TestExpectUsage(t *testing.T) {
	for condition, want := range map[string]string{
		"pausess > 3":               `--expect "pausess > 3": column 1: no field "pausess": want one of schema, source.name, source.size, source.rcvbuf, source.sndbuf, destinations[0].name, `,
		"pauses = 3s":               `--expect "pauses = 3s": column 10: "3s": pauses is a number: want a number such as 10`,
		"result > 3":                `--expect "result > 3": column 8: ">": result is a text: want = or !=`,
		"result = okay":             `--expect "result = okay": column 10: "okay": want one of ok, error, usage, timeout, interrupted, consumer-gone`,
		"destinations[1].bytes > 0": `--expect "destinations[1].bytes > 0": column 1: no field "destinations[1].bytes": want destinations[0]`,
		"pauses in 1,2":             `--expect "pauses in 1,2": column 11: "1,2": pauses is a number: want a number such as 10`, // no list
		"expectations[0].holds = 1": `--expect "expectations[0].holds = 1": column 1: no field "expectations[0].holds": want one of schema, `,
	} {
		src, dst, report := writeSource(t, 10)
		code, errors := expecting(t, nil, append(expectFlags(report, []string{"bytes = 10", condition}), src, dst)...)
		if code != 2 || len(errors) != 1 || !strings.HasPrefix(errors[0], want) {
			t.Errorf("bpcopy --expect %q = %d, %q; want 2, %q", condition, code, errors, want)
		}
		if _, err := os.Stat(dst); !os.IsNotExist(err) {
			t.Errorf("bpcopy --expect %q: destination: %v; want none", condition, err)
		}
		if s, object := readSummary(t, report); s.Result != "usage" || s.ExitCode != 2 || s.Expectations != nil {
			t.Errorf("bpcopy --expect %q reports %s; want usage, 2, no expectations", condition, object)
		}
	}
}

// A condition sees the result of the copy itself, and each of its destinations.
func TestParseConditions(t *testing.T) {
	for word := range conduits {
		if _, err := parseConditions([]string{"conduit = " + word}, 1, 0); err != nil && word != "auto" {
			t.Errorf("a copy over --conduit %s cannot be asked whether it was: %v", word, err)
		}
	}
	if _, err := parseConditions([]string{"result = ok", "conduit != kernel", "destinations[63].drains = drains"}, 64, 0); err != nil {
		t.Errorf("parseConditions() = %v; want none", err)
	}
	if _, err := parseConditions([]string{"result = expectation"}, 1, 0); err == nil {
		t.Error("parseConditions(result = expectation) = nil; want an error: a condition sees the result of the copy itself")
	}
}
