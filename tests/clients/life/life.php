<?php
// SPDX-License-Identifier: Apache-2.0
// A whole life by the client that the generator `php` makes, whose folder is the argument: every class of it is
// loaded first. Ends with a line that names the organization.

use OpenAPI\Client\Api;
use OpenAPI\Client\ApiException;
use OpenAPI\Client\Configuration;
use OpenAPI\Client\Model;

require 'GuzzleHttp/autoload.php';

// What Composer would do, by the rule in the client's composer.json.
$lib = $argv[1] . '/lib/';
spl_autoload_register(function (string $class) use ($lib): void {
    $prefix = 'OpenAPI\\Client\\';
    if (str_starts_with($class, $prefix)) {
        require $lib . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
    }
});

error_reporting(E_ALL);
set_error_handler(function (int $_, string $message, string $file, int $line): bool {
    throw new ErrorException($message, 0, E_ERROR, $file, $line);
});

function expect(mixed $found, mixed $wanted): void
{
    if ($found != $wanted) {
        throw new Exception(var_export($found, true) . ' instead of ' . var_export($wanted, true));
    }
}

foreach (['', 'Api/', 'Model/'] as $folder) {
    foreach (glob($lib . $folder . '*.php') as $file) {
        $class = 'OpenAPI\\Client\\' . strtr($folder, '/', '\\') . basename($file, '.php');
        expect(class_exists($class) || interface_exists($class), true);
    }
}

$configuration = (new Configuration())->setHost(getenv('FARTHING_URL'))
    ->setApiKey('Authorization', getenv('FARTHING_KEY'));
$api = fn (string $class) => new $class(null, $configuration);

$user = $api(Api\UsersApi::class)->createUser(new Model\UserCreate(['email' => 'life-php@example.com']));
$organization = $api(Api\OrganizationsApi::class)
    ->createOrganization(new Model\OrganizationCreate(['name' => 'Life']))->getId();
$member = $api(Api\MembersApi::class)
    ->putMember($organization, $user->getId(), new Model\MemberUpdate(['role' => Model\Role::OWNER]));
expect($member->getRole(), 'OWNER');
$keys = $api(Api\ApiKeysApi::class);
$key = $keys->createApiKey(new Model\ApiKeyCreate(['user' => $user->getId(), 'name' => 'life']));

$grant = $api(Api\GrantsApi::class)
    ->createGrant('life-grant', $organization, new Model\GrantCreate(['amount' => '10']));
expect($grant->getAmount(), '10');

$charges = $api(Api\ChargesApi::class);
$work = new Model\ChargeCreate(['organization' => $organization, 'amount' => '2.5',
    'api_key' => $key->getSecret(), 'operation' => 'completion', 'metadata' => ['tokens' => 1024]]);
$charge = $charges->createCharge('life-charge', $work);
expect($charge->getAmount(), '2.5');
expect($charge->getBalance()->getAvailable(), '7.5');
[$again, , $headers] = $charges->createChargeWithHttpInfo('life-charge', $work);
expect($again, $charge);
expect($headers['Idempotency-Replayed'], ['true']);

$holds = $api(Api\HoldsApi::class);
$hold = $holds->placeHold('life-hold',
    new Model\HoldCreate(['organization' => $organization, 'amount' => '4']));
expect($hold->getBalance()->getAvailable(), '3.5');
expect($hold->getBalance()->getHeld(), '4');
$part = $holds->captureHold('life-capture-1', $hold->getId(),
    new Model\HoldCapture(['amount' => '1.25', 'final' => false]));
expect($part->getCharge()->getAmount(), '1.25');
$rest = $holds->captureHold('life-capture-2', $hold->getId(), new Model\HoldCapture(['amount' => '0.75']));
expect($rest->getCharge()->getAmount(), '0.75');
expect($rest->getState(), 'captured');

$refund = $charges->refundCharge('life-refund', $charge->getId(), new Model\RefundCreate(['amount' => '0.5']));
expect($refund->getAmount(), '0.5');

$page = $api(Api\LedgerApi::class)->listEntries($organization);
expect(array_map(fn ($entry) => $entry->getKind(), $page->getEntries()),
    ['grant', 'charge', 'hold', 'capture', 'capture', 'release', 'refund']);

$verdict = $keys->verifyApiKey(new Model\ApiKeyVerify(['api_key' => $key->getSecret(), 'could_spend' => '1']));
expect($verdict->getValid(), true);
expect($verdict->getUser()->getId(), $user->getId());
expect($verdict->getBalance()->getAvailable(), '6');
$refused = $keys->verifyApiKey(
    new Model\ApiKeyVerify(['api_key' => $key->getSecret(), 'could_spend' => '1000']));
expect($refused->getValid(), false);
expect($refused->getError()->getName(), 'insufficient_credits');

try {
    $charges->createCharge('life-too-large',
        new Model\ChargeCreate(['organization' => $organization, 'amount' => '1000']));
    throw new Exception('a charge of more than there is was not refused');
} catch (ApiException $error) {
    expect($error->getCode(), 402);
}

echo $organization, "\n";
