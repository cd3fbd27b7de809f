//go:build unix

package emulator

import "syscall"

// apart puts a process into a group of its own: Ctrl-C on a terminal goes to
// the whole group, and would end streams that the gateway still finishes.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
