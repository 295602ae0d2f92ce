//! An HTTP API of API Gateway on this machine.
