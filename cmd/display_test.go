package cmd

import (
	"runtime"
	"testing"
)

func environment(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

// Only terminals that are known to take OSC 9;4 get it: others show a
// notification for each.
func TestHasTaskbar(t *testing.T) {
	for _, tt := range []struct {
		vars map[string]string
		want bool
	}{
		{nil, false},
		{map[string]string{"TERM": "xterm-256color"}, false},
		{map[string]string{"WT_SESSION": "1"}, true},
		{map[string]string{"WT_SESSION": "1", "TMUX": "/tmp/tmux"}, false},
		{map[string]string{"WT_SESSION": "1", "STY": "1.screen"}, false},
		{map[string]string{"ConEmuANSI": "ON"}, true},
		{map[string]string{"ConEmuANSI": "OFF"}, false},
		{map[string]string{"TERM_PROGRAM": "ghostty"}, true},
		{map[string]string{"TERM_PROGRAM": "mintty"}, true},
		{map[string]string{"TERM_PROGRAM": "Apple_Terminal", "TERM_PROGRAM_VERSION": "455"}, false},
		{map[string]string{"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.5.14"}, false},
		{map[string]string{"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.6.0"}, true},
		{map[string]string{"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "4.0"}, true},
		{map[string]string{"TERM_PROGRAM": "iTerm.app"}, false},
		{map[string]string{"TERM_PROGRAM": "WezTerm", "TERM_PROGRAM_VERSION": "20240203-110809-5046fc22"}, false},
		{map[string]string{"TERM_PROGRAM": "WezTerm", "TERM_PROGRAM_VERSION": "20250801-000000-12345678"}, true},
		{map[string]string{"VTE_VERSION": "7600"}, false},
		{map[string]string{"VTE_VERSION": "8000"}, true},
	} {
		if got := hasTaskbar(environment(tt.vars)); got != tt.want {
			t.Errorf("hasTaskbar(%v) = %t; want %t", tt.vars, got, tt.want)
		}
	}
}

// NO_COLOR counts before FORCE_COLOR, and that before CLICOLOR_FORCE. An empty one
// counts as none.
func TestColours(t *testing.T) {
	for _, tt := range []struct {
		vars map[string]string
		want colours
	}{
		{nil, possible},
		{map[string]string{"NO_COLOR": "1"}, forbidden},
		{map[string]string{"NO_COLOR": "0"}, forbidden},
		{map[string]string{"NO_COLOR": ""}, possible},
		{map[string]string{"FORCE_COLOR": "1"}, forced},
		{map[string]string{"FORCE_COLOR": "3"}, forced},
		{map[string]string{"FORCE_COLOR": "true"}, forced},
		{map[string]string{"FORCE_COLOR": "0"}, forbidden},
		{map[string]string{"FORCE_COLOR": "false"}, forbidden},
		{map[string]string{"FORCE_COLOR": ""}, possible},
		{map[string]string{"CLICOLOR_FORCE": "1"}, forced},
		{map[string]string{"CLICOLOR_FORCE": "0"}, possible},
		{map[string]string{"CLICOLOR_FORCE": ""}, possible},
		{map[string]string{"FORCE_COLOR": "0", "CLICOLOR_FORCE": "1"}, forbidden},
		{map[string]string{"FORCE_COLOR": "1", "NO_COLOR": "1"}, forbidden},
		{map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, forbidden},
	} {
		a := &app{Env: Env{Getenv: environment(tt.vars)}}
		if got := a.colours(); got != tt.want {
			t.Errorf("colours() with %v = %v; want %v", tt.vars, got, tt.want)
		}
	}
}

// A terminal without a name knows no escape sequences, except on Windows.
func TestDumb(t *testing.T) {
	for name, want := range map[string]bool{"": runtime.GOOS != "windows", "dumb": true, "xterm": false} {
		a := &app{Env: Env{Getenv: environment(map[string]string{"TERM": name})}}
		if got := a.dumb(); got != want {
			t.Errorf("TERM=%q: dumb() = %t; want %t", name, got, want)
		}
	}
}
