//go:build !unix

package emulator

import "syscall"

// apart leaves a process as it is, where process groups are unknown.
func apart() *syscall.SysProcAttr { return nil }
