// Command bench says what a request through the gateway costs, as a ratio to
// the same request through a bare httputil.ReverseProxy.
//
// Upstream, baseline, gateway and load are four processes. The figure is the
// user and system CPU time of the proxy process alone, as the scheduler counts it,
// over the requests (or stream events) it passed: the median of interleaved
// rounds, replies checked. With a client, a proxy and an upstream in one
// process the others' cost would pull every ratio towards 1; and wall time on a
// shared machine says more about its neighbours.
//
// It runs itself for the other roles: "bench upstream" and "bench baseline".
// It needs Linux for the CPU time of another process.
package main
