# SPDX-License-Identifier: Apache-2.0
# Makes the requests of stdin, one JSON array, one after the other with LWP; prints the answers as a JSON
# array.
use strict;
use warnings;
use HTTP::Request;
use JSON::PP;
use LWP::UserAgent;

local $/;
my $agent = LWP::UserAgent->new(keep_alive => 1);
my @answers;
for my $request (@{decode_json(<STDIN>)}) {
    my $response = $agent->request(
        HTTP::Request->new($request->{method}, $request->{url}, [%{$request->{headers}}],
            $request->{body}));
    my %headers = map { lc($_) => scalar $response->header($_) } $response->header_field_names;
    push @answers, {status => $response->code + 0, headers => \%headers, body => $response->content};
}
print encode_json(\@answers);
