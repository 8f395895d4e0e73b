package rio

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// validLimits checks times and retries. Istio counts the latter in 32 bits.
func (r Route) validLimits() error {
	switch {
	case r.TimeoutMillis < 0:
		return fmt.Errorf("invalid timeout of %d ms: want more than 0", r.TimeoutMillis)
	case r.Retry != nil && (r.Retry.Attempts < 0 || r.Retry.TimeoutMillis < 0):
		return fmt.Errorf("invalid retries: %d attempts of %d ms each, want 0 or more", r.Retry.Attempts, r.Retry.TimeoutMillis)
	case r.Retry != nil && r.Retry.Attempts > math.MaxInt32:
		return fmt.Errorf("invalid retries: %d attempts, want at most %d, for example: --retry-attempts 3", r.Retry.Attempts, math.MaxInt32)
	case r.Retry != nil && r.Retry.Attempts == 0 && r.Retry.TimeoutMillis > 0:
		return fmt.Errorf("the time of an attempt is given, and how many there are is not: --retry-attempts N")
	case r.Fault != nil:
		return r.Fault.validate()
	}
	return nil
}

// grpcStatuses are the names that Istio knows: istio/pkg/util/grpc.
var grpcStatuses = []string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

func (f Fault) validate() error {
	if p := f.Percentage; p != nil && (*p < 1 || *p > 100) {
		return fmt.Errorf("invalid percentage %d of faults: want a whole percent, 1 to 100; for none, leave the fault out", *p)
	}
	if f.DelayMillis < 0 || f.DelayMillis == 0 && f.Abort == nil {
		return fmt.Errorf("a fault without a delay and a code does nothing: --fault-delay DURATION, --fault-httpcode N or --fault-grpcerror NAME")
	}
	if f.Abort == nil {
		return nil
	}
	a := *f.Abort
	switch {
	case a.HTTP2Status != "":
		return fmt.Errorf("invalid fault %q: Istio injects no HTTP/2 errors (it refuses http2Error); want --fault-httpcode N or --fault-grpcerror NAME", a.HTTP2Status)
	case a.HTTPStatus != 0 && a.GRPCStatus != "":
		return fmt.Errorf("a fault has one code: %d and %q are given", a.HTTPStatus, a.GRPCStatus)
	case a.GRPCStatus != "" && !slices.Contains(grpcStatuses, a.GRPCStatus):
		return fmt.Errorf("invalid gRPC status %q: want one of %s", a.GRPCStatus, strings.Join(grpcStatuses, ", "))
	case a.GRPCStatus == "" && (a.HTTPStatus < 200 || a.HTTPStatus > 599):
		return fmt.Errorf("invalid HTTP status %d of a fault: want 200 to 599", a.HTTPStatus)
	}
	return nil
}
